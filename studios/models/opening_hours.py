"""Opening times as people write them, “8:30—12:00、14:30—17:30”, read into stretches and written out again."""

import re
from collections.abc import Iterable
from datetime import time
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from studios.models import OpeningTime

WEEKDAYS = [
    pgettext_lazy("opening times", "Monday"),
    pgettext_lazy("opening times", "Tuesday"),
    pgettext_lazy("opening times", "Wednesday"),
    pgettext_lazy("opening times", "Thursday"),
    pgettext_lazy("opening times", "Friday"),
    pgettext_lazy("opening times", "Saturday"),
    pgettext_lazy("opening times", "Sunday"),
]
STRETCH = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至]+\s*(\d{1,2})[:：](\d{2})")
MOST = 3  # stretches a day


def parse_day(text: str) -> list[tuple[time, time]]:
    """Return the times of one day, in order; empty for an empty text. Raises ValueError with words for the person who
    typed them."""
    stretches = []
    for part in re.split(r"[,，;；、\s]+(?=\d)", text.strip()):
        if not part:
            continue
        found = STRETCH.fullmatch(part.strip())
        if not found:
            raise ValueError(_("“%s” is no opening time; write 8:30-12:00 14:30-17:30.") % part)
        try:
            opens, closes = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
        except ValueError:
            raise ValueError(_("“%s” is no time of day.") % part) from None
        if opens >= closes:
            raise ValueError(_("“%s” closes before it opens.") % part)
        stretches.append((opens, closes))
    stretches.sort()
    if len(stretches) > MOST:
        raise ValueError(_("At most %d stretches a day.") % MOST)
    if any(later[0] < earlier[1] for earlier, later in pairwise(stretches)):
        raise ValueError(_("Two of these times overlap."))
    return stretches


def format_day(times: Iterable["OpeningTime"]) -> str:
    """Return “8:30—12:00、14:30—17:30” for the times of one day, as `parse_day` reads them again."""
    return "、".join(f"{_clock(one.opens)}—{_clock(one.closes)}" for one in times)


def _clock(moment: time) -> str:
    return f"{moment.hour}:{moment:%M}"


def describe_week(times: Iterable["OpeningTime"]) -> str:
    """Return a week in words: days in a row with the same times are named together."""
    by_day = {day: format_day(rows) for day, rows in groupby(times, key=lambda one: one.weekday)}
    runs: list[list] = []
    for day, text in sorted(by_day.items()):
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == text:
            runs[-1][1] = day
        else:
            runs.append([day, day, text])
    return "；".join(f"{_days(first, last)} {text}" for first, last, text in runs)


def _days(first: int, last: int) -> str:
    if first == last:
        return str(WEEKDAYS[first])
    return _("%(first)s to %(last)s") % {"first": WEEKDAYS[first], "last": WEEKDAYS[last]}

"""The workbook of a month, quarter or year (月报): the figures, by area, agency, category and channel; studios,
activities, notices; and 台账, every opinion of the period, masked.

The rows are read in one statement, masked, counted while they are read, and spooled to a temporary file: sum and
rows are of the same moment, the total is known before anything is written, and memory stays flat.
"""

import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.workbook import write_xlsx
from reports.activity_sheet import activity_sheet
from reports.areas import opinions_of
from reports.breakdown_sheets import accepted_in, breakdown_sheets
from reports.figures import Counts, names_of, total
from reports.grid import frozen_months, spans_of
from reports.month import Counted, month_report
from reports.month_page import title_of
from reports.notices_sheet import notices_sheet
from reports.periods import Period
from reports.register_sheet import frozen_words, register_row, register_rows, register_sheet
from reports.studio_sheet import studio_sheet
from reports.summary_sheet import summary_sheet
from studios.models import County

EVERY = 500  # rows between two calls of `progress`


def write_month(
    target, *, period: Period, county: County, by=None, progress: Callable[[int, int], None] | None = None
) -> int:
    """Write the workbook of `county` and `period` to `target` (a path or a binary file), as `by` may see it (None:
    the system); returns the number of opinions on the 台账 sheet. `progress(written, of)` is called as it grows."""
    made_at = timezone.now()
    today = timezone.localdate(made_at)
    opinions = opinions_of(county, by)
    with override(settings.LANGUAGE_CODE), tempfile.TemporaryFile() as spool:
        months = frozen_months([county.pk], spans_of([period]))
        read = register_rows(opinions.filter(period.registered), today, frozen=bool(months))
        tallied = _spool(spool, read, {one.month for one in months})
        counted = Counted(tallied.by(0), tallied.live, months)
        report = month_report(county, period, opinions, today, counted)
        head = _head(county, period, made_at, by, months)
        before = accepted_in(opinions, county, period.previous, today)
        sheets = [
            summary_sheet(report, head),
            *breakdown_sheets(tallied.broken_down(), before, county, period, head),
            studio_sheet(county, by, today, head),
            activity_sheet(county, period, by, today, head),
            notices_sheet(county, period, by, head),
            register_sheet(
                _told(_unspool(spool, tallied.rows), tallied.rows, progress), head, frozen=bool(months)
            ),
        ]
        write_xlsx(target, sheets)
    return tallied.rows


def _head(county, period, made_at, by, months) -> list[str]:
    """Title, period, who made it when, and whether the figures are frozen: the lines above the tables."""
    said = _("Opinions registered from %(first)s to %(last)s.") % {"first": period.first, "last": period.last}
    return [title_of(county, period), f"{said} {made_said(made_at, by)} {frozen_said(period, months)}"]


def made_said(at, by) -> str:
    return _("Made at %(at)s by %(by)s.") % _when_and_who(at, by)


def _when_and_who(at, by) -> dict:
    return {"at": f"{timezone.localtime(at):%Y-%m-%d %H:%M}", "by": by or _("the system")}


def frozen_said(period: Period, months: list) -> str:
    """Frozen by whom and when, or live."""
    if not months:
        return _("Live figures, not frozen.")
    if period.is_month:
        facts = _when_and_who(months[0].frozen_at, months[0].frozen_by)
        return _("Frozen figures, frozen at %(at)s by %(by)s.") % facts
    facts = {"frozen": len(months), "of": len(period.months)}
    return _("%(frozen)d of %(of)d months are frozen; the others are live.") % facts


class Tallied:
    """What the rows that were read are counted in: alike ones are counted together and spelled out at the end."""

    def __init__(self):
        self.frozen: Counter = Counter()  # (township, agency, category, channel), what each is counted in
        self.now: Counter = Counter()
        self.rows = 0

    def add(self, keys, counted, now):
        self.rows += 1
        self.now[now] += 1
        if counted is not None:
            self.frozen[keys, counted] += 1

    @property
    def live(self) -> Counts:
        return total(Counts(dict.fromkeys(names, n)) for names, n in self.now.items())

    def by(self, axis: int) -> dict:
        return self._summed(lambda keys: keys[axis])

    def broken_down(self) -> dict:
        return self._summed(lambda keys: keys[1:])

    def _summed(self, key_of) -> dict:
        found: dict = {}
        for (keys, names), n in self.frozen.items():
            counts = found.setdefault(key_of(keys), Counts())
            for name in names:
                counts[name] += n
        return found


def _spool(spool, rows, frozen: set) -> Tallied:
    """Write the masked rows to `spool` and count them: those of a frozen month as they were frozen."""
    tallied = Tallied()
    for row in rows:
        now, line = tuple(names_of(row)), register_row(row)
        keys = (row.township_id, row.lead_agency_id, (row.category_id or "")[:2], row.channel)
        if not frozen:
            tallied.add(keys, now, now)
        elif timezone.localdate(row.registered_at).replace(day=1) not in frozen:
            tallied.add(keys, now, now)
            line += ("", "")
        else:
            kept = (row.frozen__township, row.frozen__lead_agency, row.frozen__category, row.frozen__channel)
            counted = None if row.frozen__counted is None else tuple(row.frozen__counted.split())
            tallied.add(kept, counted, now)
            line += frozen_words(row.frozen__counted, now)
        pickle.dump(line, spool)
    spool.seek(0)
    return tallied


def _unspool(spool, rows: int) -> Iterator[tuple]:
    for _row in range(rows):
        yield pickle.load(spool)  # noqa: S301  (this process wrote it a moment ago)


def _told(rows, of: int, progress) -> Iterator[tuple]:
    for written, row in enumerate(rows, start=1):
        yield row
        if progress and (written % EVERY == 0 or written == of):
            progress(written, of)

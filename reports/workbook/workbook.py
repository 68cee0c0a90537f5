"""The workbook of a month, quarter or year (月报): the figures, by area, agency, category and channel; studios,
activities, notices; and 台账, every opinion of the period, masked.

The rows are counted as they are written, and the other sheets made of the counts: so the sums are those of the rows
in the register, and memory stays flat.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from common.excel.watermark import Watermark
from common.excel.workbook import Sheet, write_xlsx
from common.templatetags.liaison import localdate_long, localtime_long
from letters.models import Organ
from reports.definitions.counts import GONE, Counts, names_of, total
from reports.definitions.periods import BoundedPeriod
from reports.figures.areas import opinions_of
from reports.figures.by_area_and_month import date_ranges_of, frozen_months
from reports.models import FrozenMonth
from reports.monthly.report import Counted, month_report
from reports.workbook.activity_sheet import activity_sheet
from reports.workbook.breakdown_sheets import accepted_in, breakdown_sheets
from reports.workbook.form import REPORTS, form_of
from reports.workbook.notices_sheet import notices_sheet
from reports.workbook.outcomes_sheet import Answers, outcomes_sheet
from reports.workbook.register_sheet import frozen_words, register_row, register_rows, register_sheet
from reports.workbook.studio_sheet import studio_sheet
from reports.workbook.summary_sheet import summary_sheet
from studios.models import County

EVERY = 500  # rows between two calls of `progress`


def write_month(
    target: Any,
    *,
    period: BoundedPeriod,
    county: County,
    by: User | None = None,
    progress: Callable[[int, int], None] | None = None,
    now: datetime | None = None,
    mark: Watermark | None = None,
) -> int:
    """Write the workbook of `county` and `period` to `target` (a path or a binary file), as `by` may see it (None:
    the system); return the number of opinions on the 台账 sheet.

    `progress(written, of)` is called as it grows. Unmasked only with a `mark` that says who answers for it
    (reports/workbook/unmasked.py).
    """
    tallied = Tallied()
    with override(settings.LANGUAGE_CODE):
        sheets = _sheets(tallied, period, county, by, progress, now or timezone.now(), mark is not None)
        title = f"{county.name}{period.label}群众意见办理情况{REPORTS[period.kind]}"
        write_xlsx(target, sheets, mark=mark, author=Organ.of(county).name, title=title)
    return tallied.rows


def _sheets(
    tallied: "Tallied",
    period: BoundedPeriod,
    county: County,
    by: User | None,
    progress: Callable[[int, int], None] | None,
    made_at: datetime,
    unmasked: bool,
) -> Iterator[Sheet]:
    """Yield 台账 first, though it comes last in the file: once it is written, all is counted that the others show."""
    today, opinions = timezone.localdate(made_at), opinions_of(county, by)
    months = frozen_months([county.pk], date_ranges_of([period]))
    form = form_of(county, period, by, today, _said(period, made_at, by, months))
    of_period = opinions.filter(period.registered)
    rows = register_rows(of_period, today, frozen=bool(months), unmasked=unmasked)
    lines = tallied.lines(rows, {one.month: one.lacks for one in months})
    if progress:
        lines = _with_progress(lines, of_period.count(), progress)
    yield register_sheet(lines, form, frozen=bool(months))
    counted = Counted(tallied.by(0), tallied.live, months)
    yield summary_sheet(month_report(county, period, opinions, today, counted), form)
    then = [accepted_in(opinions, county, one, today) for _label, one in period.compared]
    yield from breakdown_sheets(tallied.broken_down(), then, county, period, form)
    yield outcomes_sheet(tallied.answers, county, form)
    yield studio_sheet(county, by, today, form)
    yield activity_sheet(county, period, by, today, form)
    yield notices_sheet(county, period, by, form)


def _said(period: BoundedPeriod, made_at: datetime, by: User | None, months: list[FrozenMonth]) -> str:
    """Return what is counted, who made it when, and whether the figures are frozen: the line below the titles."""
    span = _("Opinions registered from %(first)s to %(last)s.") % {
        "first": localdate_long(period.first),
        "last": localdate_long(period.last),
    }
    return f"{span}{made_said(made_at, by)}{frozen_said(period, months)}"


def made_said(at: datetime, by: User | None) -> str:
    """Return in words when it was made and by whom."""
    return _("Made at %(at)s by %(by)s.") % _when_and_who(at, by)


def _when_and_who(at: datetime, by: User | None) -> dict[str, Any]:
    return {"at": localtime_long(at), "by": by or _("the system")}


def frozen_said(period: BoundedPeriod, months: list[FrozenMonth]) -> str:
    """Return in words by whom and when it was frozen, or that it is live."""
    if not months:
        return _("Live figures, not frozen.")
    if period.is_month:
        facts = _when_and_who(months[0].frozen_at, months[0].frozen_by)
        return _("Frozen figures, frozen at %(at)s by %(by)s.") % facts
    facts = {"frozen": len(months), "of": len(period.months)}
    return _("%(frozen)d of %(of)d months are frozen; the others are live.") % facts


class Tallied:
    """What the rows that were read are counted in: equal ones are counted together and spelled out at the end."""

    def __init__(self) -> None:
        self.frozen: Counter = (
            Counter()
        )  # (township, agency, category, channel), what each is counted in, what it lacks
        self.now: Counter = Counter()
        self.answers: Answers = Counter()

    def lines(self, rows: Iterable[Any], frozen: dict[date, frozenset[str]]) -> Iterator[tuple[Any, ...]]:
        """Yield each row as 台账 shows it, counted on its way: those of the months `frozen` as they were frozen, with
        what each of these lacks."""
        for row in rows:
            now = names_of(row)
            self.now[now] += 1
            if row.counts_accepted:
                self.answers[row.lead_agency_id, row.outcome] += 1
            if not frozen:
                self.frozen[_keys(row), now, GONE] += 1
                yield register_row(row)
                continue
            lacks = frozen.get(timezone.localdate(row.registered_at).replace(day=1))
            if lacks is None:
                self.frozen[_keys(row), now, GONE] += 1
                yield (*register_row(row), "", "")
            else:
                if row.frozen__counted is not None:
                    self.frozen[_frozen_keys(row), tuple(row.frozen__counted.split()), lacks] += 1
                yield register_row(row) + frozen_words(row.frozen__counted, now, lacks)

    @property
    def rows(self) -> int:
        return self.now.total()

    @property
    def live(self) -> Counts:
        return total(Counts(dict.fromkeys(names, n), lacks=GONE) for names, n in self.now.items())

    def by(self, axis: int) -> dict[Any, Counts]:
        """Return the counts per value of one key: 0 the township, 1 the agency, 2 the category, 3 the channel."""
        return self._summed(lambda keys: keys[axis])

    def broken_down(self) -> dict[Any, Counts]:
        """Return the counts per (agency, category, channel)."""
        return self._summed(lambda keys: keys[1:])

    def _summed(self, key_of: Callable[[tuple[Any, ...]], Any]) -> dict[Any, Counts]:
        found: dict = {}
        for (keys, names, lacks), n in self.frozen.items():
            counts = found.setdefault(key_of(keys), Counts(lacks=lacks))
            counts.add(Counts(dict.fromkeys(names, n), lacks=lacks))
        return found


def _keys(row: Any) -> tuple[Any, ...]:
    return row.township_id, row.lead_agency_id, (row.category_id or "")[:2], row.channel


def _frozen_keys(row: Any) -> tuple[Any, ...]:
    return row.frozen__township, row.frozen__lead_agency, row.frozen__category, row.frozen__channel


def _with_progress(
    lines: Iterator[tuple[Any, ...]], of: int, progress: Callable[[int, int], None]
) -> Iterator[tuple[Any, ...]]:
    for written, line in enumerate(lines, start=1):
        yield line
        if written % EVERY == 0 or written == of:
            progress(written, max(of, written))

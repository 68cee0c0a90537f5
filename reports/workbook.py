"""The monthly workbook (月报): 汇总, the figures, 工作室与五有, and 台账, every opinion of the month, masked.

The rows are read in one statement, masked, counted while they are read, and spooled to a temporary file: sum and
rows are of the same moment, the total is known before anything is written, and memory stays flat.
"""

import pickle
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.workbook import write_xlsx
from reports.activity_sheet import activity_sheet
from reports.areas import opinions_of
from reports.figures import Counts, tally
from reports.month import month_report
from reports.periods import Period
from reports.sheets import register_row, register_rows, register_sheet, summary_sheet
from reports.studio_sheet import studio_sheet
from studios.models import County

EVERY = 500  # rows between two calls of `progress`


def write_month(
    target, *, month: Period, county: County, by=None, progress: Callable[[int, int], None] | None = None
) -> int:
    """Write the workbook of `county` and `month` to `target` (a path or a binary file), as `by` may see it (None:
    the system); returns the number of opinions on the 台账 sheet. `progress(written, of)` is called as it grows."""
    made_at = timezone.now()
    today = timezone.localdate(made_at)
    opinions = opinions_of(county, by)
    with override(settings.LANGUAGE_CODE), tempfile.TemporaryFile() as spool:
        groups = _spool(spool, register_rows(opinions.filter(month.registered), today))
        report = month_report(county, month, opinions, today, groups)
        rows = report.total["all"]
        head = _head(county, month, made_at, by)
        read = _told(_unspool(spool, rows), rows, progress)
        sheets = [
            summary_sheet(report, head),
            studio_sheet(county, by, today, head),
            activity_sheet(county, month, by, today, head),
            register_sheet(read, head),
        ]
        write_xlsx(target, sheets)
    return rows


def _head(county, month, made_at, by) -> list[str]:
    """Title, period, and who made it when: the lines above both tables."""
    made = _("Made at %(at)s by %(by)s. Live figures, not frozen.") % {
        "at": f"{timezone.localtime(made_at):%Y-%m-%d %H:%M}",
        "by": by or _("the system"),
    }
    title = _("%(county)s: citizens' opinions, monthly report of %(month)s")
    period = _("Opinions registered from %(first)s to %(last)s.") % {"first": month.first, "last": month.last}
    return [title % {"county": county.name, "month": month.label}, f"{period} {made}"]


def _spool(spool, rows) -> dict[str, Counts]:
    """Write the masked rows to `spool`; returns their counts per township code."""
    groups = defaultdict(Counts)
    for row in rows:
        tally(groups[row.township_id], row)
        pickle.dump(register_row(row), spool)
    spool.seek(0)
    return dict(groups)


def _unspool(spool, rows: int) -> Iterator[tuple]:
    for _row in range(rows):
        yield pickle.load(spool)  # noqa: S301  (this process wrote it a moment ago)


def _told(rows, of: int, progress) -> Iterator[tuple]:
    for written, row in enumerate(rows, start=1):
        yield row
        if progress and (written % EVERY == 0 or written == of):
            progress(written, of)

"""export_month 2026-09 --county 433101 --out FILE.xlsx: the monthly workbook, without a browser."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts import audit
from reports.definitions.periods import BoundedPeriod
from reports.monthly.command import MonthCommand
from reports.workbook.workbook import write_month
from studios.models import County


class Command(MonthCommand):
    help = "Write the monthly workbook of a county; prints the number of opinions written."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--out", required=True, help="the file to write")

    def take(
        self, county: County, period: BoundedPeriod, *, now: datetime, out: str = "", **options: Any
    ) -> None:
        """Write the workbook to the file `out`."""
        # Under its own name only when it is whole: a half-written report must not look like one.
        part = Path(f"{out}.part")
        try:
            with part.open("wb") as target:
                rows = write_month(target, period=period, county=county, now=now)
            part.replace(out)
        except OSError as error:
            raise CommandError(str(error)) from error
        finally:
            part.unlink(missing_ok=True)
        audit.record(
            "exported",
            by=None,
            username="export_month",
            subject=f"{county.pk} {period}",
            area_code=county.pk,
            details={"rows": rows, "file": out},
        )
        self.stdout.write(_("%(rows)d rows written to %(file)s") % {"rows": rows, "file": out})

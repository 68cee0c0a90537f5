"""export_month 2026-09 --county 433101 --out FILE.xlsx: the monthly workbook, without a browser."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts import audit
from reports import periods
from reports.workbook import write_month
from studios.models import County


class Command(BaseCommand):
    help = "Write the monthly workbook of a county; prints the number of opinions written."

    def add_arguments(self, parser):
        parser.add_argument("month", help="YYYY-MM")
        parser.add_argument("--county", required=True, help="six-digit code")
        parser.add_argument("--out", required=True, help="the file to write")

    def handle(self, *, month, county, out, **options):
        period = periods.parse_month(month)
        if period is None:
            raise CommandError(_("No such month: %s") % month)
        found = County.objects.filter(code=county).first()
        if found is None:
            raise CommandError(_("No county has the code %s.") % county)
        # Under its own name only when it is whole: a half-written report must not look like one.
        part = Path(f"{out}.part")
        try:
            with part.open("wb") as target:
                rows = write_month(target, period=period, county=found)
            part.replace(out)
        except OSError as error:
            raise CommandError(str(error)) from error
        finally:
            part.unlink(missing_ok=True)
        audit.record(
            "exported",
            by=None,
            username="export_month",
            subject=f"{county} {period}",
            area_code=county,
            details={"rows": rows, "file": out},
        )
        self.stdout.write(_("%(rows)d rows written to %(file)s") % {"rows": rows, "file": out})

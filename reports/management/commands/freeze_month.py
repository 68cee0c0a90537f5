"""freeze_month 2026-09 --county 433101: freeze the figures of a month that is over; prints them."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from reports import periods
from reports.figures import FIGURES, Counts
from reports.freezing import NotPossible, freeze
from studios.models import County


class Command(BaseCommand):
    help = "Freeze a month's figures of a county, for good; prints the figures."

    def add_arguments(self, parser):
        parser.add_argument("month", help="YYYY-MM")
        parser.add_argument("--county", required=True, help="six-digit code")

    def handle(self, *, month, county, **options):
        period = periods.parse_month(month)
        if period is None:
            raise CommandError(_("No such month: %s") % month)
        found = County.objects.filter(code=county).first()
        if found is None:
            raise CommandError(_("No county has the code %s.") % county)
        try:
            frozen = freeze(county=found, month=period, by=None)
        except NotPossible as error:
            raise CommandError(str(error.message)) from error
        counts = Counts(frozen.counts)
        self.stdout.write(f"{found.name} {period.label}")
        for code, figure in FIGURES.items():
            self.stdout.write(f"  {figure.label} {counts.figure(code)}")

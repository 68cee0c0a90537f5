"""The command line of what is done to a county's month: the same arguments, refused in the same words."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common.ops.now_option import parse_now_option
from reports.definitions import periods
from studios.models import County


class MonthCommand(BaseCommand):
    """Set `take(county, period, *, now, **options)`."""

    def add_arguments(self, parser):
        parser.add_argument("month", help="YYYY-MM")
        parser.add_argument("--county", required=True, help="six-digit code")
        parser.add_argument("--now", metavar="ISO", help="the moment to take for now, to try out the future")

    def handle(self, *, month, county, now, **options):
        period = periods.parse_month(month)
        if period is None:
            raise CommandError(_("No such month: %s") % month)
        found = County.objects.filter(code=county).first()
        if found is None:
            raise CommandError(_("No county has the code %s.") % county)
        self.take(found, period, now=parse_now_option(now), **options)

"""The command line of what is done to a county's month: the same arguments, refused in the same words."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from common.ops.now_option import parse_now_option
from reports.definitions import periods
from studios.models import County


class MonthCommand(BaseCommand):
    """Set `take(county, period, *, now, **options)`."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", help="YYYY-MM")
        parser.add_argument("--county", required=True, help="six-digit code")
        parser.add_argument("--now", metavar="ISO", help="the moment to take for now, to try out the future")

    def take(self, county: County, period: periods.BoundedPeriod, *, now: datetime, **options: Any) -> None:
        """Do it to the month `period` of `county`."""
        raise NotImplementedError

    def handle(self, *, month: str, county: str, now: str | None, **options: Any) -> None:
        period = periods.parse_month(month)
        if period is None:
            raise CommandError(_("No such month: %s") % month)
        found = County.objects.filter(code=county).first()
        if found is None:
            raise CommandError(_("No county has the code %s.") % county)
        self.take(found, period, now=parse_now_option(now), **options)

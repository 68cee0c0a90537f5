"""freeze_month 2026-09 --county 433101: freeze the figures of a month that is over; prints them."""

from datetime import datetime
from typing import Any

from django.core.management.base import CommandError

from reports.definitions.figures import FIGURES
from reports.definitions.periods import BoundedPeriod
from reports.freezing.services import NotPossible, freeze
from reports.monthly.command import MonthCommand
from studios.models import County


class Command(MonthCommand):
    help = "Freeze a month's figures of a county, for good; prints the figures."

    def take(self, county: County, period: BoundedPeriod, *, now: datetime, **options: Any) -> None:
        """Freeze the month and print its figures."""
        try:
            frozen = freeze(county=county, month=period, by=None, at=now)
        except NotPossible as error:
            raise CommandError(str(error.message)) from error
        counts = frozen.kept
        self.stdout.write(f"{county.name} {period.label}")
        for code, figure in FIGURES.items():
            self.stdout.write(f"  {figure.label} {counts.figure(code)}")

"""`clock`: whether the clock can be right; `--confirm` after a look at another one lets background work go on."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from workdays import clock


class Command(BaseCommand):
    help = "Say whether the clock can be right; background work stands still while that is in doubt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--confirm", action="store_true", help="say that the clock shown is right")

    def handle(self, *, confirm: bool, **options: Any) -> None:
        if confirm:
            clock.confirm()
        self.stdout.write(timezone.localtime().isoformat(timespec="seconds"))
        if why := clock.doubt():
            self.stdout.write(
                _("In doubt: %s. Compare with another clock; if this one is right: --confirm") % why
            )
            sys.exit(1)

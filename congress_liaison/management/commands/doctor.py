"""`doctor`: one line for each thing the product depends on, a verdict last; exit code 1 if anything is broken."""

import sys
from collections.abc import Callable

from django.core.management.base import BaseCommand, CommandParser

from common.ops.now_option import parse_now_option
from congress_liaison import doctor


class Command(BaseCommand):
    help = "A health report: settings, database, broker, worker, beat, clock, calendar, messages, disk."
    requires_system_checks = []  # the report must work where the checks would fail

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", metavar="ISO", help="the moment to take for now")

    def handle(self, *, now: str | None, **options: object) -> None:
        findings = doctor.examine(parse_now_option(now))
        style: dict[str, Callable[[str], str]] = {
            doctor.OK: str,
            doctor.WARN: self.style.WARNING,
            doctor.FAIL: self.style.ERROR,
        }
        for finding in findings:
            self.stdout.write(style[finding.level](str(finding)))
        self.stdout.write(doctor.verdict(findings))
        if any(finding.level == doctor.FAIL for finding in findings):
            sys.exit(1)

"""`doctor`: one line for each thing the product stands on, a verdict last; exit code 1 if anything is broken."""

import sys

from django.core.management.base import BaseCommand

from common.ops.now_option import parse_now_option
from congress_liaison import doctor


class Command(BaseCommand):
    help = "A health report: settings, database, broker, worker, beat, clock, calendar, messages, disk."
    requires_system_checks = []  # a sick house must be able to call the doctor

    def add_arguments(self, parser):
        parser.add_argument("--now", metavar="ISO", help="the moment to take for now")

    def handle(self, *, now, **options):
        findings = doctor.examine(parse_now_option(now))
        style = {doctor.OK: str, doctor.WARN: self.style.WARNING, doctor.FAIL: self.style.ERROR}
        for finding in findings:
            self.stdout.write(style[finding.level](str(finding)))
        self.stdout.write(doctor.verdict(findings))
        if any(finding.level == doctor.FAIL for finding in findings):
            sys.exit(1)

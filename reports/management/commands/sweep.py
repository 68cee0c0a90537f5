"""sweep: what falls due and the beat looks for every minute, once and by hand; says what it did."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext_lazy as _

from common.ops.now_option import parse_now_option
from deputies.roll import planned_transitions
from notifications import services as messages
from opinions.jobs import sweep
from opinions.lifecycle.transitions import ACTIONS
from reports.studios import assessments

OTHER = {
    "auto_triage": _("triaged by rule"),
    "looked": _("looked at, nothing to do"),
    "failed": _("failed, see the log"),
}


def words(done: dict[str, int], reminded: int, sent: int) -> str:
    """Return one line for people: how often each thing was done."""
    parts = [f"{OTHER.get(code) or ACTIONS[code].label} {count}" for code, count in sorted(done.items())]
    parts += [_("reminded of the assessment criteria %(count)d") % {"count": reminded}] if reminded else []
    return "; ".join([*map(str, parts), str(_("messages tried %d") % sent)])


class Command(BaseCommand):
    help = "Do everything that has fallen due: rules, reminders, closings, messages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", metavar="ISO", help="the moment to take for now, to try out the future")

    def handle(self, *, now: str | None, **options: Any) -> None:
        at = parse_now_option(now)
        planned_transitions.do_due(now=at)
        planned_transitions.begin_seats(now=at)
        self.stdout.write(words(sweep.sweep(now=at), assessments.remind(now=at), messages.sweep(now=at)))

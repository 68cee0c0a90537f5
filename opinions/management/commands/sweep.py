"""sweep: what the beat runs every minute, once and by hand; says what it did."""

from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications import services as messages
from opinions.workflow import due
from opinions.workflow.table import ACTIONS

OTHER = {
    "auto_triage": _("triaged by rule"),
    "looked": _("looked at, nothing to do"),
    "failed": _("failed, see the log"),
}


def moment(text: str) -> datetime:
    """An ISO date and time, without an offset in the office's time zone; CommandError when it is none."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(_("“%s” is no date and time like 2026-12-31T09:00.") % text) from None
    return given if timezone.is_aware(given) else timezone.make_aware(given)


def words(done: dict[str, int], sent: int) -> str:
    """One line for people: how often each thing was done."""
    parts = [f"{OTHER.get(code) or ACTIONS[code].label} {count}" for code, count in sorted(done.items())]
    return "; ".join([*parts, str(_("messages tried %d") % sent)])


class Command(BaseCommand):
    help = "Do everything that has fallen due: rules, reminders, closings, messages."

    def add_arguments(self, parser):
        parser.add_argument("--now", metavar="ISO", help="the moment to take for now, to try out the future")

    def handle(self, *, now, **options):
        now = moment(now) if now else timezone.now()
        self.stdout.write(words(due.sweep(now=now), messages.sweep(now=now)))

"""The moment that a command takes for now: `--now`, an ISO date and time, to try out the future."""

from datetime import datetime

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _


def moment(text: str) -> datetime:
    """Parse an ISO date and time; without an offset it is the office's time. Raises CommandError for anything else."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(_("“%s” is not a date and time like 2026-12-31T09:00.") % text) from None
    return parsed if timezone.is_aware(parsed) else timezone.make_aware(parsed)


def parse_now_option(text: str | None) -> datetime:
    """Return the moment of `--now`, or the current one where none was given. Raises CommandError for no moment."""
    return moment(text) if text else timezone.now()

"""The moment that a command takes for now: `--now`, an ISO date and time, to try out the future."""

from datetime import datetime

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _


def moment(text: str) -> datetime:
    """Without an offset it is the office's time; CommandError when it is none."""
    try:
        parse_now_option = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(_("“%s” is not a date and time like 2026-12-31T09:00.") % text) from None
    return parse_now_option if timezone.is_aware(parse_now_option) else timezone.make_aware(parse_now_option)


def parse_now_option(text: str | None) -> datetime:
    """The moment of `--now`, or this one where none was given."""
    return moment(text) if text else timezone.now()

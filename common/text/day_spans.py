"""A daily span of time as a setting writes it: `21:00-08:00`."""

import re
from datetime import datetime, time
from functools import cache

from django.core.exceptions import ImproperlyConfigured


@cache
def parse(text: str, setting: str) -> tuple[time, time] | None:
    """Return (from, to) of `text`; None for an empty one and for one without length. Raises ImproperlyConfigured,
    naming the setting, for anything else."""
    if not text:
        return None
    found = re.fullmatch(r"\s*(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})\s*", text)
    try:
        if not found:
            raise ValueError
        begin, end = (datetime.strptime(part, "%H:%M").time() for part in found.groups())
    except ValueError:
        raise ImproperlyConfigured(f"{setting} must be like 21:00-08:00, or empty; not {text!r}") from None
    return (begin, end) if begin != end else None

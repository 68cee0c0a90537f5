"""Calendar files (iCalendar, RFC 5545) of days that somebody may want to keep: sessions, and the day of a promise."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.http import HttpResponse
from django.utils import timezone

LINE = 75  # octets, after which a line goes on in the next


@dataclass(frozen=True)
class Entry:
    """One whole day. `key` is the same each time the same entry is written, so that a calendar replaces it."""

    key: str
    on: date
    title: str
    words: str = ""
    place: str = ""
    address: str = ""
    cancelled: bool = False


def calendar_file(
    entries: Iterable[Entry], name: str, *, title: str = "", now: datetime | None = None
) -> HttpResponse:
    """Return the file `name` with `entries`; `title` names a calendar that is subscribed to."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Congress Liaison//ZH", "CALSCALE:GREGORIAN"]
    lines += [f"X-WR-CALNAME:{_text(title)}"] if title else []
    for entry in entries:
        lines += _entry(entry, now or timezone.now())
    content = "\r\n".join(_folded(line) for line in [*lines, "END:VCALENDAR"]) + "\r\n"
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _entry(entry: Entry, now: datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{entry.key}@congress-liaison",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(entry.title)}",
        *([f"DESCRIPTION:{_text(entry.words)}"] if entry.words else []),
        *([f"LOCATION:{_text(entry.place)}"] if entry.place else []),
        *([f"URL:{entry.address}"] if entry.address else []),
        *(["STATUS:CANCELLED"] if entry.cancelled else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(words: str) -> str:
    """Write `words` as a value: with its commas, semicolons and ends of lines marked."""
    marked = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return marked.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Cut a line into pieces of at most LINE octets, never inside a character."""
    pieces, piece, size = [], "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + sign, size + width
    return "\r\n".join([*pieces, piece])

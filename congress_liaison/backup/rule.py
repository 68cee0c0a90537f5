"""Names of archives, and which of them are kept: the newest of each of 7 days, 5 weeks and 12 months."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

NAME = re.compile(r"liaison-(\d{8}T\d{6}Z)\.tar\.age")
DAYS, WEEKS, MONTHS = 7, 5, 12


def name_at(moment: datetime) -> str:
    """Return the name of the archive begun at `moment`."""
    return f"liaison-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar.age"


def moment_of(name: str) -> datetime | None:
    """Return when the archive of this name was begun; None for a name that is no archive's."""
    found = NAME.fullmatch(name)
    return datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if found else None


def kept(names: Iterable[str]) -> set[str]:
    """Return the archives to keep. Days, weeks and months without an archive do not count, so that a long pause deletes
    nothing by itself."""
    moments = {name: moment for name in names if (moment := moment_of(name))}
    newest_first = sorted(moments, key=lambda name: moments[name], reverse=True)
    keep: set[str] = set()
    for spell, most in (("%Y-%m-%d", DAYS), ("%G-%V", WEEKS), ("%Y-%m", MONTHS)):
        seen: dict[str, str] = {}
        for name in newest_first:
            seen.setdefault(moments[name].strftime(spell), name)
        keep.update(list(seen.values())[:most])
    return keep

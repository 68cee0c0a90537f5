"""How a transition came about, as the ledger's `via` records it, and what an import says about its rows."""

from dataclasses import dataclass
from datetime import date

WEB, RULE, PORTAL = "web", "system", "portal"
SMS = "sms"  # the citizen's own text message
IMPORT = "import"  # what an office did before, on paper


@dataclass(frozen=True)
class Imported:
    """Where an opinion comes from that an office kept in a ledger of its own: the key of the import (None for one from
    the command line), its day, and the day before which no deadline counts; None where they count as dated."""

    job: int | None
    on: date
    counts_from: date | None

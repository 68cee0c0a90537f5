"""What the ledger keeps of papers: the digest of each file that was made, by which an exchanged one is noticed."""

from datetime import datetime

from accounts.actors import SYSTEM, Actor
from accounts.models import User
from opinions.lifecycle.origins import WEB
from opinions.models import Event, Opinion, Paper

from .notes import delete_stored
from .transition import Transition, transition

RULE = {"rule": "paper"}


def file_paper(
    number: str,
    *,
    by: User | Actor = SYSTEM,
    version: int | None = None,
    paper: str,
    letter: str = "",
    digest: str,
    pages: int,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Record the PDF that was made: its kind (`paper`), the number of the `letter` if it is one, SHA-256, pages."""
    with transition("file_paper", number, by=by, version=version, at=at, via=via) as t:
        t.data = {"paper": paper, "letter": letter, "sha256": digest, "pages": pages, "why": RULE}
    return t.opinion


def is_on_record(paper: Paper, digest: str) -> bool:
    """Tell if the ledger names `digest`, that of the stored file, as the one of this paper."""
    rows = Event.objects.filter(opinion=paper.opinion_id, action="file_paper", data__sha256=digest)
    return digest == paper.digest and rows.exists()


def erase(t: Transition) -> None:
    """Delete the opinion's papers for good; their digests stay in the ledger."""
    rows = Paper.objects.filter(opinion=t.opinion)
    files = [row.file for row in rows if row.file]
    rows.delete()
    delete_stored(files)

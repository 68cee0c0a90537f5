"""Verification of the papers: each PDF that is ready has the content whose digest the ledger recorded."""

from django.utils.translation import gettext as _

from common.security.encrypted_files import Unreadable
from opinions.models import Event, Paper

from .files import digest_of
from .rows import keys_between


def broken_paper(after: int, until: int | None) -> tuple[str, int, str] | None:
    """Return (number, sequence, what) of the first PDF that is not as recorded, of the opinions with `after` < pk ≤
    `until`; None when all are. The sequence is 0 where no row of the ledger names it."""
    papers = keys_between(Paper.objects.filter(state=Paper.State.READY), "opinion_id", after, until)
    for paper in papers.select_related("opinion").order_by("opinion_id", "pk").iterator():
        rows = Event.objects.filter(
            opinion=paper.opinion_id, action="file_paper", data__sha256=paper.digest
        ).values_list("sequence", flat=True)
        sequence = rows.first()
        what = _("a PDF is not on record in the ledger") if sequence is None else _wrong(paper)
        # Erased meanwhile: then there is nothing left to be proved.
        if what and Paper.objects.filter(pk=paper.pk).exists():
            return paper.opinion.number, sequence or 0, what
    return None


def _wrong(paper: Paper) -> str:
    """Return how the stored PDF differs from its digest; empty when it does not."""
    try:
        digest = digest_of(paper)
    except FileNotFoundError:
        return _("a PDF made for it is missing in the store")
    except Unreadable:
        digest = ""
    return "" if digest == paper.digest else _("the content of a PDF made for it was changed")

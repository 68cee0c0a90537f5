"""The audit trail in the anchors: its leaves, and whether it still is what was anchored."""

from collections.abc import Iterator

from django.db.models import CharField, OuterRef, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from anchors.checking import fewer_than, leaves_without
from anchors.models import Leaf
from anchors.services import LeafValues, changed

from .audit import NOBODY
from .models import AccessHead, AccessRecord

TOTAL = "audit"
UNPLACED = "audit without a place"
Kind = Leaf.Kind


def leaves() -> Iterator[LeafValues]:
    """Yield the leaves of all chains that have grown, and how many rows there are."""
    heads = AccessHead.objects.filter(sequence__gt=0)
    yield from changed(Kind.AUDIT, heads, key="chain", count="sequence", head="hash")
    for key in (TOTAL, UNPLACED):
        count = _total(key) or 0
        if not Leaf.objects.filter(kind=Kind.TOTAL, key=key, count=count).exists():
            yield Kind.TOTAL, key, count, ""


def _total(key: str) -> int | None:
    rows = AccessRecord.objects.all()
    return (
        {TOTAL: rows, UNPLACED: rows.filter(sequence=None)}[key].count() if key in (TOTAL, UNPLACED) else None
    )


def problems() -> list[str]:
    """Return a sentence for each chain that is no longer what was anchored, and for rows that are gone."""
    chain = Coalesce(Cast("by_id", CharField()), Value(NOBODY))
    rows = AccessRecord.objects.annotate(chain=chain).filter(
        chain=OuterRef("key"), sequence=OuterRef("count"), hash=OuterRef("head")
    )
    wrong = [
        _("audit trail of account %(chain)s: its row %(row)d is not what was anchored on %(day)s")
        % {"chain": key, "row": count, "day": day}
        for key, count, day in leaves_without(Kind.AUDIT, rows)
    ]
    for key, anchored, now in fewer_than(Kind.TOTAL, _total):
        if key in (TOTAL, UNPLACED):
            wrong.append(
                _("audit trail: %(anchored)d rows were anchored, %(now)d are left")
                % {"anchored": anchored, "now": now}
            )
    return wrong

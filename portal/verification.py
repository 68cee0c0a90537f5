"""What a citizen is told of the record of their matter: whether it holds, and since when it is anchored."""

import json
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from anchors.models import Anchor, Leaf
from anchors.proofs import Proof, proofs
from opinions.ledger.verify import verify
from opinions.models import Event, Opinion


@dataclass(frozen=True)
class Proved:
    """The record of one matter against the anchors. `steps`: how many rows it had on which day."""

    number: str
    holds: bool
    since: date | None
    steps: list[tuple[int, date]]
    waiting: int
    latest: Anchor | None


def latest() -> Anchor | None:
    """Return the anchor that was signed last; None before the first night."""
    return Anchor.objects.last()


def proved(opinion: Opinion) -> Proved:
    """Compute the record of `opinion` again, and compare it with what was anchored of it."""
    found = proofs(Leaf.Kind.OPINION, opinion.number)
    steps = {proof.leaf.count: timezone.localdate(proof.anchor.at) for proof in reversed(found)}
    hashes = dict(Event.objects.filter(opinion=opinion).values_list("sequence", "hash"))
    as_anchored = all(hashes.get(proof.leaf.count) == proof.leaf.head for proof in found)
    return Proved(
        number=opinion.number,
        holds=as_anchored and verify(number=opinion.number).broken is None,
        since=min(steps.values(), default=None),
        steps=sorted(steps.items()),
        waiting=opinion.version - max(steps, default=0),
        latest=latest(),
    )


def proof_file(number: str) -> str:
    """Return the proof of a matter as a file that static/check_proof.py checks without this program."""
    found: list[Proof] = proofs(Leaf.Kind.OPINION, number)
    content = {"matter": number, "proofs": [proof.content() for proof in found]}
    return json.dumps(content, ensure_ascii=False, indent=1)

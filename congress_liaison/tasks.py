"""Celery: the anchor of every night."""

from celery import shared_task

from .anchoring import anchor_all


@shared_task(name="anchors.nightly")
def anchor_nightly() -> None:
    """Anchor ledger and audit trail; a lost night is made up for by the next."""
    anchor_all()

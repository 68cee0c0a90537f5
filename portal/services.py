"""What the public side does: hand an opinion in, and find it again. Every change goes through opinions/workflow."""

from contextlib import suppress

from django.db import transaction

from accounts.actors import CITIZEN, SYSTEM
from common.uploads import numbered
from opinions.models import Opinion
from opinions.models.words import Channel
from opinions.workflow.reasons import HowTold
from opinions.workflow.register import register, withdraw
from opinions.workflow.reopen import reopen
from opinions.workflow.report_back import evaluate, report_back
from opinions.workflow.step import PORTAL, Refused
from opinions.workflow.table import Status

from .codes import code_of, lookup_of, tail_of
from .models import Receipt

# The wording of the notice on personal data in templates/portal/_notice.html; change both together.
NOTICE = "2026-11"
BESIDE = ("county", "township", "studio", "lead_agency", "merged_into__lead_agency")


@transaction.atomic
def submit(*, studio, submission_key, files=(), at=None, **written) -> tuple[Opinion, str]:
    """Register what a citizen wrote at `studio`; returns the opinion and its query code, which is told once.

    The same `submission_key` gives the same opinion and the same code, however often it is sent.
    """
    opinion = register(
        by=CITIZEN,
        township=studio.township,
        studio=studio,
        channel=Channel.WEB,
        submission_key=submission_key,
        files=numbered(files),
        at=at,
        via=PORTAL,
        **written,
    )
    code = code_of(submission_key)
    lookup = lookup_of(code, tail_of(opinion.citizen_phone))
    Receipt.objects.get_or_create(opinion=opinion, defaults={"lookup": lookup, "consent": NOTICE})
    return opinion, code


def find(*, code: str, tail: str) -> Opinion | None:
    """The opinion of a receipt. A wrong code and wrong digits take the same one query."""
    return opinions().filter(receipt__lookup=lookup_of(code, tail)).first()


def opinions():
    """Opinions with what the public pages tell of them."""
    return Opinion.objects.select_related(*BESIDE)


def tell(opinion) -> Opinion:
    """Whoever reads the answer on the page has been told it: that is the report back (HowTold.WEB). It is how those
    hear of it who left no phone number."""
    if opinion.status != Status.ANSWERED:
        return opinion
    with suppress(Refused):  # somebody told them at this very moment
        report_back(opinion.number, by=SYSTEM, how=HowTold.WEB)
    return opinions().get(pk=opinion.pk)


def take(action: str, number: str, **said) -> Opinion:
    """An action of the citizen on an opinion they have shown to be theirs."""
    return {"evaluate": evaluate, "reopen": reopen, "withdraw": withdraw}[action](
        number, by=CITIZEN, via=PORTAL, **said
    )

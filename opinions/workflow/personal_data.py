"""The rights of citizens over their own data (个人信息保护法): a copy, another query code, erasure."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from notifications.services import forget
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import WEB
from opinions.models import EventText, Opinion, SimilarityKey
from opinions.privacy import query_codes
from opinions.workflow import letters, papers, receipts

from .notes import delete_files, forget_passed_on
from .transition import transition


def give_copy(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    reason: str,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Record that the citizen asked for a copy of the data kept about them (个人信息保护法, art. 45). `reason`: who
    asked, and how their identity was verified. The copy itself is a page to print."""
    with transition("give_copy", number, by=by, version=version, at=at, via=via) as t:
        t.text = reason
    return t.opinion


def reissue_code(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    name: str = "",
    tail: str = "",
    reason: str = "",
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Issue another query code to a citizen who has lost theirs, or never had one; the former finds nothing any more.

    The person gives the `name` or the last four digits (`tail`) that the opinion has; where it has neither, `reason`
    says how their identity was verified. Refused when a given answer does not fit.
    """
    with transition("reissue_code", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        t.data, t.text = {"asked": _recognised(opinion, name, tail, reason)}, reason
        assert t.by.user is not None  # noqa: S101  an action of clerks alone
        receipts.replace(opinion, by=t.by.user, at=t.at)
    return opinion


def _recognised(opinion: Opinion, name: str, tail: str, reason: str) -> str:
    """Return by which of the questions the citizen was recognised. A wrong answer is refused, whatever else was
    given."""
    known = query_codes.tail_of(opinion.citizen_phone)
    if tail and tail != known:
        raise Refused(_("These are not the last four digits of the number given with the opinion."), "tail")
    if name and name != opinion.citizen_name:
        raise Refused(_("This is not the name given with the opinion."), "name")
    if tail or name:
        return "tail" if tail else "name"
    if known or opinion.citizen_name:
        raise Refused(_("Ask for the name, or for the last four digits of the phone number."), "tail")
    if not reason.strip():
        raise Refused(
            _("No name or number is known. Write how you made sure that it is this person."), "reason"
        )
    return "reason"


# Columns with text or data by which a person could be identified; codes, dates and agencies stay, and with them all
# counts.
PERSONAL = (
    "body",
    "place",
    "recorded_for",
    "citizen_name",
    "citizen_phone",
    "phone_index",
    "phone_tail",
    "redaction",
    "answer",
    "question",
)


def erase(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    reason: str = "",
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Erase text, files and personal data for good: after the retention time, or when the citizen asks for it
    (个人信息保护法, art. 47). The ledger keeps digests without their salt, and still proves itself (ADR 0005)."""
    with transition("erase", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        opinion.title, opinion.erased_at = t.worded(_("(erased)"), {}), t.at
        for name in PERSONAL:
            setattr(opinion, name, "")
        opinion.words_salt = ""  # without it, earlier digests say nothing
        opinion.parts.update(answer="")
        SimilarityKey.objects.filter(opinion=opinion).delete()
        EventText.objects.filter(event__opinion=opinion, erased_at=None).update(
            text="", salt="", erased_at=t.at
        )
        forget_passed_on(opinion, at=t.at)
        t.data = {"files": delete_files(opinion.attachments.all())}
        forget(about=opinion.number)
        letters.erase(t)
        papers.erase(t)
        t.text = reason
    return opinion

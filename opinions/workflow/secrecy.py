"""The redaction step of an opinion whose citizen is to be kept secret, and what must follow when more is hidden."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from notifications.services import reword
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import WEB
from opinions.models import Attachment, EventText, JointPart, Opinion
from opinions.models.redaction import Redaction, masked

from . import letters
from .transition import transition

MOST = 100  # words that may be marked by hand


def redact(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    hide: Iterable[str] = (),
    show: Iterable[str] = (),
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Record that the officer has looked through what the agency will read: `hide` these words too, leave these
    (`show`), which were found by their form, to be read. Name and numbers on record stay hidden whatever is marked.

    The words are kept encrypted with the opinion and hold for every text about it; the ledger says how many. Letters
    that say otherwise are issued again."""
    with transition("redact", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        marked = Redaction(_distinct(hide), _distinct(show))
        if len(marked.hide) > MOST or len(marked.show) > MOST:
            raise Refused(_("At most %d words can be marked.") % MOST, "hide")
        opinion.redaction, opinion.redacted_at = marked.spelled(), t.at
        t.data = {"hidden": len(marked.hide), "left": len(marked.show)}
        letters.correct(t, {"redaction"})
        hide_again(opinion)
    return opinion


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))


def hide_again(opinion: Opinion) -> None:
    """Store the earlier texts about `opinion` again, so that what is to be hidden in them is encrypted, and no more,
    and hide it in what colleagues have in their inboxes."""
    for words in EventText.objects.filter(event__opinion=opinion).select_related("event"):
        words.event.opinion = opinion
        words.save(update_fields=["text"])
    for file in Attachment.objects.filter(opinion=opinion):
        file.opinion = opinion
        file.save(update_fields=["name"])
    for part in JointPart.objects.filter(opinion=opinion).exclude(answer=""):
        part.opinion = opinion
        part.save(update_fields=["answer"])
    if opinion.keep_secret:
        reword(about=opinion.number, masked=lambda text: masked(opinion, text))

"""Signing off (签发): drafted letters take their numbers and leave, with the name of who signed them off. ADR 0045."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from letters import drafts
from letters.models import Draft, Kind, Letter
from letters.services import NotPossible
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import WEB
from opinions.models import EscalationLevel, Opinion
from workdays.calendar import is_workday

from .draft_facts import brought_up_to_date
from .letter_facts import handover_number
from .letter_matter import former
from .recipients import clerks_of, handlers_of
from .transition import Transition, transition

# Hand-over letters take their numbers first: a supervision letter names the one before it.
ORDER = [Kind.HANDOVER, Kind.SUPERVISION, Kind.REPLY]


def sign_off_letter(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    only: Iterable[int] | None = None,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Sign off the letters about the opinion that wait for it, or those drafts of `only` (keys) that do: each takes its
    number now and says what is true today. Refused on a day off, and for what waits no longer."""
    with transition("sign_off_letter", number, by=by, version=version, at=at, via=via) as t:
        if not is_workday(t.today):
            raise Refused(_("Letters are signed off on working days only."))
        assert t.by.user  # noqa: S101  only people sign
        waiting = Draft.objects.visible_to(t.by.user).waiting().filter(about=number)
        if only is not None:
            waiting = waiting.filter(pk__in=only)
        rows = sorted(
            waiting.select_related("county", "township", "agency").select_for_update(of=("self",)),
            key=lambda row: (ORDER.index(Kind(row.kind)), row.pk),
        )
        if not rows:
            raise Refused(
                _("No letter about it waits to be signed off; it was signed off or dropped meanwhile.")
            )
        letters = [_sign_off(t, row) for row in rows]
        t.data = {"letters": [letter.number for letter in letters], "letter_ids": [one.pk for one in letters]}
    return t.opinion


def _sign_off(t: Transition, row: Draft) -> Letter:
    opinion = t.opinion
    facts = brought_up_to_date(opinion, row.kind, row.facts, t.today)
    if row.kind == Kind.SUPERVISION:
        facts |= {"handover_number": handover_number(opinion), **former(opinion, row.kind)}
    try:
        letter = drafts.sign_off(row, facts=facts, by=t.by, at=t.at)
    except NotPossible as error:
        raise Refused(str(error)) from error
    if row.kind == Kind.REPLY:
        people, body = (
            clerks_of(opinion),
            _("Letter %(letter)s about “%(title)s” is signed off. Hand it over."),
        )
    else:
        people, body = handlers_of(row.agency_id), _("Letter %(letter)s about “%(title)s” was issued.")
    if row.kind == Kind.SUPERVISION:
        _to_its_notice(opinion, row, letter)
    t.notify_staff(people, _("Letter issued: %(number)s"), body, letter=letter.number)
    return letter


def _to_its_notice(opinion: Opinion, row: Draft, letter: Letter) -> None:
    """Join the letter to the notice that it was drafted with; to the latest without one, where a person drafted it
    later."""
    sent = opinion.notices.filter(round=opinion.round, kind=EscalationLevel.Kind.SUPERVISE, letter=None)
    notice = sent.filter(issued_at=row.drafted_at).first() or sent.order_by("-event_id").first()
    if notice:
        notice.letter = letter
        notice.save(update_fields=["letter"])

"""Report back (反馈结果): the agency answers; the citizen is told, called back, evaluates; the opinion closes."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM, Actor
from accounts.models import User
from common.security.uploads import Upload
from letters.models import Kind
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import IMPORT, WEB
from opinions.lifecycle.reasons import HowRated, HowTold, Satisfaction
from opinions.lifecycle.statuses import Status
from opinions.models import Opinion
from opinions.models.choices import Channel
from opinions.workflow import letters
from studios.models import Agency

from . import deadlines
from .answer_sms import text_answer
from .joint import outstanding
from .recipients import clerks_of, deputy_of
from .reopen import reopen
from .rounds import note_call_back, note_evaluation
from .transition import Transition, lock, transition
from .unit_of_work import atomic, reuse_locked_rows

# Channels by which the citizen wrote from a distance: the system itself tells them the answer.
TOLD_BY_SYSTEM = {Channel.SMS, Channel.WEB}


def answer(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    outcome: str,
    answer: str,
    files: Iterable[Upload] = (),
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Record the agency's answer, in words the citizen will read; `outcome` is A to D. It need not wait for joint
    agencies, but the ledger says whose part was missing."""
    with transition("answer", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        opinion.answer, opinion.outcome, opinion.answered_at = answer, outcome, t.at
        late = t.today > deadlines.answer_day(opinion)
        # Stays true through later rounds: the citizen did have to wait.
        opinion.answered_late = opinion.answered_late or late
        if opinion.extension_state == "asked":
            opinion.extension_state = "refused"  # the answer came first; nothing is left to decide
        t.data = {"outcome": outcome, "late": late, "due_on": str(opinion.handling_due_on)}
        if without := outstanding(opinion):
            t.data["without"] = without
        t.text = answer
        letters.drop_drafts(
            t, Kind.HANDOVER, Kind.SUPERVISION, reason=_("The agency has answered meanwhile.")
        )
        t.attach(files)
        if opinion.channel in TOLD_BY_SYSTEM and opinion.citizen_phone:
            t.recheck_immediately = True
        else:
            t.notify_staff(
                clerks_of(opinion),
                _("To report back: %(number)s"),
                _("%(agency)s has answered “%(title)s”. Tell the citizen."),
            )
        _notify_deputy(t, opinion.lead_agency)
    return opinion


def _notify_deputy(t: Transition, agency: Agency | None) -> None:
    t.notify_staff(
        deputy_of(t.opinion),
        _("Answered: %(number)s"),
        _("“%(title)s”, which was told to you, has been answered by %(agency)s."),
        agency=agency,
    )


def report_back(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    how: str,
    note: str = "",
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Record that the citizen has been told, by `how` (a code of HowTold); the evaluation window opens. An SMS is
    sent here. Opinions that follow this one get the answer by an action of their own: a clerk who phones reaches only
    the one citizen."""
    with atomic(), reuse_locked_rows():
        with transition("report_back", number, by=by, version=version, at=at, via=via) as t:
            opinion = t.opinion
            if how == "sms" and not opinion.citizen_phone:
                raise Refused(_("There is no phone number to send a text message to."), "how")
            opinion.reported_back_at = t.at
            t.data, t.text = {"how": how}, note
            if via != IMPORT:
                text_answer(t, opinion, answered=how == "sms")
        if via != IMPORT:
            for follower in opinion.merged.filter(satisfaction="").order_by("number"):
                share_answer(follower.number, by=SYSTEM, at=max(t.at, follower.changed_at), via=via)
    return opinion


def share_answer(
    number: str,
    *,
    by: User | Actor = SYSTEM,
    version: int | None = None,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Pass the answer of the opinion that this one follows on to its citizen, who may evaluate it and reopen their
    own. Where there is no number to text to, the clerks are notified: the progress page shows the answer."""
    with transition("share_answer", number, by=by, version=version, at=at, via=via) as t:
        opinion, lead = t.opinion, t.opinion.merged_into
        t.data = {"of": lead.number}
        text_answer(t, lead)
        _notify_deputy(t, lead.lead_agency)
        if not opinion.citizen_phone:
            t.notify_staff(
                clerks_of(opinion),
                _("To report back: %(number)s"),
                _("%(agency)s has answered “%(title)s”. Tell the citizen."),
                agency=lead.lead_agency,
            )
    return opinion


def not_told(
    number: str,
    *,
    by: User | Actor = SYSTEM,
    version: int | None = None,
    error: str = "",
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Put an opinion back to be reported again, because the text message with the answer was refused for good; the
    clerks are notified why."""
    with transition("not_told", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        opinion.reported_back_at = None
        t.data = {"how": "sms", "why": {"rule": "sms"}}
        t.text = error
        t.notify_staff(
            clerks_of(opinion),
            _("Not told: %(number)s"),
            _(
                "The text message with the answer to “%(title)s” could not be delivered. Tell the citizen another way."
            ),
        )
    return opinion


def issue_reply(
    number: str, *, by: User | Actor, version: int | None = None, at: datetime | None = None, via: str = WEB
) -> Opinion:
    """Issue the official letter of reply (答复函) with the present answer, to be handed to the citizen."""
    with transition("issue_reply", number, by=by, version=version, at=at, via=via) as t:
        letters.reply(t)
    return t.opinion


def call_back(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    reached: bool,
    note: str = "",
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Note a call back (回访): whether the citizen was `reached`, and what they said. Before the citizen has been told
    the answer, only a call that reached nobody; a call that also tells it is `call_citizen`."""
    with transition("call_back", number, by=by, version=version, at=at, via=via) as t:
        if reached and t.opinion.status == Status.ANSWERED:
            raise Refused(_("The citizen has not been told the answer yet."), "reached")
        if reached:
            note_call_back(t.opinion, t.at)
        t.data, t.text = {"reached": reached}, note
    return t.opinion


def evaluate(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    satisfaction: str,
    how: str,
    reason: str = "",
    at: datetime | None = None,
    via: str = WEB,
    reopens: bool = True,
    counts_from: date | None = None,
    former: bool = False,
) -> Opinion:
    """Record the citizen's own evaluation. Not satisfied, with a reason, reopens; satisfied closes. The agency never
    rates itself, and no evaluation never counts as satisfied. On an opinion that follows another it concerns that
    one's answer: not satisfied, this one goes its own way again. For an import: not satisfied closes too without
    `reopens`, no deadline of the new round counts a day before `counts_from`, and what a `former` ledger says is
    counted apart."""
    if satisfaction == Satisfaction.NOT and not reason.strip():
        raise Refused(_("Say why the citizen is not satisfied."), "reason")
    with atomic(), reuse_locked_rows():
        with transition("evaluate", number, by=by, version=version, at=at, via=via) as t:
            opinion = t.opinion
            note_evaluation(opinion, satisfaction, t.at, former=former)
            t.data, t.text = {"satisfaction": satisfaction, "how": how}, reason
            if former:
                t.data["former"] = True
            t.notify_staff(
                deputy_of(opinion),
                _("Evaluated: %(number)s"),
                _("“%(title)s”, which was told to you: the citizen is %(satisfaction)s."),
                satisfaction=Satisfaction(satisfaction).label,
            )
            settled = satisfaction != Satisfaction.NOT or not reopens
            if settled and opinion.status == Status.REPORTED_BACK:
                t.to = Status.CLOSED
                opinion.closed_at = t.at
        if not settled:
            opinion = reopen(number, by=by, reason=reason, at=at, via=via, counts_from=counts_from)
    return opinion


def call_citizen(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    reached: bool,
    satisfaction: str = "",
    words: str = "",
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Do in one phone call all that is still to be done (一次通话办完), or nothing: the citizen is told the answer,
    called back, and evaluates it where `satisfaction` is given; not satisfied reopens. `words` are the citizen's own.
    Nobody reached: the call is noted, and the opinion waits for the next one. Raises as `transition` does."""
    same: dict[str, Any] = {"by": by, "at": at, "via": via}
    with transaction.atomic(), reuse_locked_rows():
        opinion = lock(number, by)
        if reached and opinion.status == Status.ANSWERED:
            opinion = report_back(number, version=version, how=HowTold.PHONE, **same)
            version = opinion.version
        note = "" if reached and satisfaction else words
        opinion = call_back(number, version=version, reached=reached, note=note, **same)
        if reached and satisfaction:
            rated: dict[str, Any] = {"satisfaction": satisfaction, "how": HowRated.PHONE, "reason": words}
            opinion = evaluate(number, version=opinion.version, **rated, **same)
    return opinion


def rate(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    rating: str,
    note: str = "",
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Record the deputy's evaluation of the handling, kept apart from the citizen's."""
    with transition("rate", number, by=by, version=version, at=at, via=via) as t:
        t.opinion.deputy_rating = rating
        t.data, t.text = {"rating": rating}, note
    return t.opinion


def close(
    number: str,
    *,
    by: User | Actor = SYSTEM,
    version: int | None = None,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Close the opinion, because the evaluation window has passed without an evaluation. Refused while it is open."""
    with transition("close", number, by=by, version=version, at=at, via=via) as t:
        if t.today <= deadlines.due_day(t.opinion):
            raise Refused(_("The evaluation window is still open."))
        t.opinion.closed_at = t.at
        t.data = {"why": {"rule": "window", "until": str(t.opinion.due_on)}}
    return t.opinion

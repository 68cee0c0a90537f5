"""Report back (反馈结果): the agency answers, the citizen is told, called back, evaluates; the opinion closes."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM
from opinions import letters
from opinions.evaluation_link import link_of
from opinions.models import Opinion
from opinions.models.words import Channel, Satisfaction

from .joint import outstanding
from .people import clerks_of
from .reopen import reopen
from .step import IMPORT, WEB, Refused, row_held, step
from .table import Status
from .written import gathering

# Channels by which the citizen wrote from a distance: the system itself tells them the answer.
TOLD_BY_SYSTEM = {Channel.SMS, Channel.WEB}


def answer(number, *, by, version=None, outcome, answer, files=(), at=None, via=WEB) -> Opinion:
    """The agency's answer, in words the citizen will read; `outcome` is A to D. It need not wait for joint agencies,
    but the ledger says whose part was not in."""
    with step("answer", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        opinion.answer, opinion.outcome, opinion.answered_at = answer, outcome, taken.at
        late = taken.today > opinion.handling_due_on
        # Stays true through later rounds: one late answer is enough to have kept a citizen waiting.
        opinion.answered_late = opinion.answered_late or late
        if opinion.extension_state == "asked":
            opinion.extension_state = "refused"  # the answer came first; nothing is left to decide
        taken.data = {"outcome": outcome, "late": late, "due_on": str(opinion.handling_due_on)}
        if without := outstanding(opinion):
            taken.data["without"] = without
        taken.text = answer
        taken.attach(files)
        if opinion.channel in TOLD_BY_SYSTEM and opinion.citizen_phone:
            taken.check_now = True
        else:
            taken.tell(
                clerks_of(opinion),
                _("To report back: %(number)s"),
                _("%(agency)s has answered “%(title)s”. Tell the citizen."),
            )
    return opinion


def report_back(number, *, by, version=None, how, note="", at=None, via=WEB) -> Opinion:
    """The citizen has been told, by `how` (a code of HOW_TOLD); the evaluation window opens. An SMS is sent here."""
    with step("report_back", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        if how == "sms" and not opinion.citizen_phone:
            raise Refused(_("There is no phone number to send a text message to."), "how")
        opinion.reported_back_at = taken.at
        taken.data, taken.text = {"how": how}, note
        if via != IMPORT:
            _send_answer(taken, [*([opinion] if how == "sms" else []), *opinion.merged.all()])
    return opinion


def _send_answer(taken, opinions):
    """Text the answer to the citizens behind `opinions`. Whose opinion was merged into this one is always texted: the
    clerk who phones or visits meets the one citizen alone."""
    opinion = taken.opinion
    for told in opinions:
        taken.tell_citizen(
            _("Answer to your opinion %(number)s"),
            _("Your opinion %(number)s “%(title)s” was answered by %(agency)s: %(answer)s"),
            of=told,
            answer=opinion.answer,
        )
    if link := link_of(opinion):
        taken.tell_citizen(
            _("Evaluate the answer to %(number)s"),
            _("Are you satisfied with the answer to %(number)s? Tell us here: %(link)s"),
            link=link,
        )


def issue_reply(number, *, by, version=None, at=None, via=WEB) -> Opinion:
    """Issue the official letter of reply (答复函) with the present answer, to be handed to the citizen."""
    with step("issue_reply", number, by=by, version=version, at=at, via=via) as taken:
        letters.reply(taken)
    return taken.opinion


def call_back(number, *, by, version=None, reached, note="", at=None, via=WEB) -> Opinion:
    """Note a call back (回访): whether the citizen was reached and what they said."""
    with step("call_back", number, by=by, version=version, at=at, via=via) as taken:
        if reached:
            taken.opinion.called_back_at = taken.at
        taken.data, taken.text = {"reached": reached}, note
    return taken.opinion


def evaluate(number, *, by, version=None, satisfaction, how, reason="", at=None, via=WEB) -> Opinion:
    """The citizen's own evaluation. Not satisfied, with a reason, reopens; satisfied closes. Never rated by the
    agency, and not rated never counts as satisfied."""
    if satisfaction == Satisfaction.NOT and not reason.strip():
        raise Refused(_("Say why the citizen is not satisfied."), "reason")
    with transaction.atomic(savepoint=gathering() is None), row_held():
        with step("evaluate", number, by=by, version=version, at=at, via=via) as taken:
            opinion = taken.opinion
            opinion.satisfaction, opinion.evaluated_at = satisfaction, taken.at
            taken.data, taken.text = {"satisfaction": satisfaction, "how": how}, reason
            if satisfaction != Satisfaction.NOT and opinion.status == Status.REPORTED_BACK:
                taken.to = Status.CLOSED
                opinion.closed_at = taken.at
        if satisfaction == Satisfaction.NOT:
            opinion = reopen(number, by=by, reason=reason, at=at, via=via)
    return opinion


def rate(number, *, by, version=None, rating, note="", at=None, via=WEB) -> Opinion:
    """The deputy's evaluation of the handling, kept apart from the citizen's."""
    with step("rate", number, by=by, version=version, at=at, via=via) as taken:
        taken.opinion.deputy_rating = rating
        taken.data, taken.text = {"rating": rating}, note
    return taken.opinion


def close(number, *, by=SYSTEM, version=None, at=None, via=WEB) -> Opinion:
    """The evaluation window has passed without a word."""
    with step("close", number, by=by, version=version, at=at, via=via) as taken:
        if taken.today <= taken.opinion.due_on:
            raise Refused(_("The evaluation window is still open."))
        taken.opinion.closed_at = taken.at
        taken.data = {"why": {"rule": "window", "until": str(taken.opinion.due_on)}}
    return taken.opinion

"""Report back (反馈结果): the agency answers, the citizen is told, called back, evaluates; the opinion closes."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.actors import SYSTEM
from common.text import sms_length
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import IMPORT, WEB
from opinions.lifecycle.reasons import HowRated, HowTold, Satisfaction
from opinions.lifecycle.statuses import Status
from opinions.models import Opinion
from opinions.models.choices import Channel
from opinions.privacy.evaluation_tokens import link_of
from opinions.workflow import letters

from .batching import gathering
from .citizen_sms import month_day, phone_of
from .joint import outstanding
from .recipients import clerks_of, deputy_of
from .reopen import reopen
from .rounds import note_call_back, note_evaluation
from .transition import lock, row_held, step

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
        _tell_deputy(taken, opinion.lead_agency)
    return opinion


def _tell_deputy(taken, agency):
    taken.tell(
        deputy_of(taken.opinion),
        _("Answered: %(number)s"),
        _("“%(title)s”, which was told to you, has been answered by %(agency)s."),
        agency=agency,
    )


def report_back(number, *, by, version=None, how, note="", at=None, via=WEB) -> Opinion:
    """The citizen has been told, by `how` (a code of HOW_TOLD); the evaluation window opens. An SMS is sent here. Whose
    opinion follows this one gets the answer by an action of its own: the clerk who phones meets the one citizen."""
    with transaction.atomic(savepoint=gathering() is None), row_held():
        with step("report_back", number, by=by, version=version, at=at, via=via) as taken:
            opinion = taken.opinion
            if how == "sms" and not opinion.citizen_phone:
                raise Refused(_("There is no phone number to send a text message to."), "how")
            opinion.reported_back_at = taken.at
            taken.data, taken.text = {"how": how}, note
            if via != IMPORT:
                _text_answer(taken, opinion, answered=how == "sms")
        if via != IMPORT:
            for follower in opinion.merged.filter(satisfaction="").order_by("number"):
                share_answer(follower.number, by=SYSTEM, at=max(taken.at, follower.changed_at), via=via)
    return opinion


def share_answer(number, *, by=SYSTEM, version=None, at=None, via=WEB) -> Opinion:
    """Pass the answer of the opinion that this one follows on to its citizen, who may evaluate it and reopen their own.
    Where there is no number to text to, the clerks are told: the progress page shows it."""
    with step("share_answer", number, by=by, version=version, at=at, via=via) as taken:
        opinion, lead = taken.opinion, taken.opinion.merged_into
        taken.data = {"of": lead.number}
        _text_answer(taken, lead)
        _tell_deputy(taken, lead.lead_agency)
        if not opinion.citizen_phone:
            taken.tell(
                clerks_of(opinion),
                _("To report back: %(number)s"),
                _("%(agency)s has answered “%(title)s”. Tell the citizen."),
                agency=lead.lead_agency,
            )
    return opinion


def _text_answer(taken, lead, *, answered=True):
    """Text the answer that `lead` has to the citizen: its first words, and where the rest is. Who was told another way
    gets the link to evaluate by itself."""
    opinion, link = taken.opinion, link_of(taken.opinion)
    if answered:
        pattern = answer_text(opinion, link=link)
        taken.tell_citizen(_("Answer to your opinion %(number)s"), pattern, **_facts(opinion, lead, link))
    elif link:
        taken.tell_citizen(
            _("Evaluate the answer to %(number)s"),
            _("Are you satisfied with the answer to %(number)s? Tell us here: %(link)s"),
            link=link,
        )


def answer_text(told, *, link):
    """The pattern of the text with the answer: the rest is behind the link, or to be had from the studio."""
    if link:
        return _(
            "What you told us on %(day)s has been answered: %(answer)s The whole of it, and your evaluation: %(link)s"
        )
    if phone_of(told):
        return _(
            "What you told us on %(day)s has been answered: %(answer)s To hear all of it call %(phone)s."
        )
    return _("What you told us on %(day)s has been answered: %(answer)s")


def _facts(told, answered, link) -> dict:
    day = month_day(timezone.localdate(told.registered_at))
    return {"day": day, "answer": answered.answer, "link": link, "phone": phone_of(told)}


def answer_room(opinion) -> int:
    """How many characters of an answer its text message holds."""
    link = link_of(opinion)
    facts = _facts(opinion, opinion, "") | {"answer": ""}
    with override(settings.LANGUAGE_CODE):
        return sms_length.room(str(answer_text(opinion, link=link)) % facts)


def not_told(number, *, by=SYSTEM, version=None, error="", at=None, via=WEB) -> Opinion:
    """The text message with the answer was refused for good: the citizen has not been told, so the opinion is to be
    reported back again, and the clerks are told why."""
    with step("not_told", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        opinion.reported_back_at = None
        taken.data = {"how": "sms", "why": {"rule": "sms"}}
        taken.text = error
        taken.tell(
            clerks_of(opinion),
            _("Not told: %(number)s"),
            _(
                "The text message with the answer to “%(title)s” could not be delivered. Tell the citizen another way."
            ),
        )
    return opinion


def issue_reply(number, *, by, version=None, at=None, via=WEB) -> Opinion:
    """Issue the official letter of reply (答复函) with the present answer, to be handed to the citizen."""
    with step("issue_reply", number, by=by, version=version, at=at, via=via) as taken:
        letters.reply(taken)
    return taken.opinion


def call_back(number, *, by, version=None, reached, note="", at=None, via=WEB) -> Opinion:
    """Note a call back (回访): whether the citizen was reached and what they said. Before the citizen has been told
    the answer, only a call that reached nobody; one that does is `call_citizen`."""
    with step("call_back", number, by=by, version=version, at=at, via=via) as taken:
        if reached and taken.opinion.status == Status.ANSWERED:
            raise Refused(_("The citizen has not been told the answer yet."), "reached")
        if reached:
            note_call_back(taken.opinion, taken.at)
        taken.data, taken.text = {"reached": reached}, note
    return taken.opinion


def evaluate(number, *, by, version=None, satisfaction, how, reason="", at=None, via=WEB) -> Opinion:
    """The citizen's own evaluation. Not satisfied, with a reason, reopens; satisfied closes. Never rated by the
    agency, and not rated never counts as satisfied. Whose opinion follows another evaluates that one's answer for
    themselves: not satisfied, theirs goes its own way again."""
    if satisfaction == Satisfaction.NOT and not reason.strip():
        raise Refused(_("Say why the citizen is not satisfied."), "reason")
    with transaction.atomic(savepoint=gathering() is None), row_held():
        with step("evaluate", number, by=by, version=version, at=at, via=via) as taken:
            opinion = taken.opinion
            note_evaluation(opinion, satisfaction, taken.at)
            taken.data, taken.text = {"satisfaction": satisfaction, "how": how}, reason
            taken.tell(
                deputy_of(opinion),
                _("Evaluated: %(number)s"),
                _("“%(title)s”, which was told to you: the citizen is %(satisfaction)s."),
                satisfaction=Satisfaction(satisfaction).label,
            )
            if satisfaction != Satisfaction.NOT and opinion.status == Status.REPORTED_BACK:
                taken.to = Status.CLOSED
                opinion.closed_at = taken.at
        if satisfaction == Satisfaction.NOT:
            opinion = reopen(number, by=by, reason=reason, at=at, via=via)
    return opinion


def call_citizen(
    number, *, by, version=None, reached, satisfaction="", words="", at=None, via=WEB
) -> Opinion:
    """One phone call that does all that is still to be done (一次通话办完), or nothing: the citizen is told the answer,
    called back, and evaluates it where `satisfaction` is given; not satisfied reopens. `words` are the citizen's own.
    Nobody reached: the call is noted, and the opinion waits for the next one. Raises as `step` does."""
    same = {"by": by, "at": at, "via": via}
    with transaction.atomic(), row_held():
        opinion = lock(number, by)
        if reached and opinion.status == Status.ANSWERED:
            opinion = report_back(number, version=version, how=HowTold.PHONE, **same)
            version = opinion.version
        note = "" if reached and satisfaction else words
        opinion = call_back(number, version=version, reached=reached, note=note, **same)
        if reached and satisfaction:
            rated = {"satisfaction": satisfaction, "how": HowRated.PHONE, "reason": words}
            opinion = evaluate(number, version=opinion.version, **rated, **same)
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

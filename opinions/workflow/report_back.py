"""Report back (反馈结果): the agency answers, the citizen is told, called back, evaluates; the opinion closes."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import IMPORT, WEB
from opinions.lifecycle.reasons import HowRated, HowTold, Satisfaction
from opinions.lifecycle.statuses import Clock, Status
from opinions.models import Opinion
from opinions.models.choices import Channel
from opinions.privacy.evaluation_tokens import link_of
from opinions.workflow import letters
from workdays.calendar import add_workdays

from . import deadlines
from .batching import current_unit
from .citizen_sms import facts as facts_of
from .citizen_sms import fitting, month_day, phone_of
from .joint import outstanding
from .recipients import clerks_of, deputy_of
from .reopen import reopen
from .rounds import note_call_back, note_evaluation
from .transition import lock, reuse_locked_rows, transition

# Channels by which the citizen wrote from a distance: the system itself tells them the answer.
TOLD_BY_SYSTEM = {Channel.SMS, Channel.WEB}


def answer(number, *, by, version=None, outcome, answer, files=(), at=None, via=WEB) -> Opinion:
    """The agency's answer, in words the citizen will read; `outcome` is A to D. It need not wait for joint agencies,
    but the ledger says whose part was not in."""
    with transition("answer", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        opinion.answer, opinion.outcome, opinion.answered_at = answer, outcome, t.at
        late = t.today > opinion.handling_due_on
        # Stays true through later rounds: one late answer is enough to have kept a citizen waiting.
        opinion.answered_late = opinion.answered_late or late
        if opinion.extension_state == "asked":
            opinion.extension_state = "refused"  # the answer came first; nothing is left to decide
        t.data = {"outcome": outcome, "late": late, "due_on": str(opinion.handling_due_on)}
        if without := outstanding(opinion):
            t.data["without"] = without
        t.text = answer
        t.attach(files)
        if opinion.channel in TOLD_BY_SYSTEM and opinion.citizen_phone:
            t.recheck_immediately = True
        else:
            t.notify_staff(
                clerks_of(opinion),
                _("To report back: %(number)s"),
                _("%(agency)s has answered “%(title)s”. Tell the citizen."),
            )
        _tell_deputy(t, opinion.lead_agency)
    return opinion


def _tell_deputy(t, agency):
    t.notify_staff(
        deputy_of(t.opinion),
        _("Answered: %(number)s"),
        _("“%(title)s”, which was told to you, has been answered by %(agency)s."),
        agency=agency,
    )


def report_back(number, *, by, version=None, how, note="", at=None, via=WEB) -> Opinion:
    """The citizen has been told, by `how` (a code of HOW_TOLD); the evaluation window opens. An SMS is sent here. Whose
    opinion follows this one gets the answer by an action of its own: the clerk who phones meets the one citizen."""
    with transaction.atomic(savepoint=current_unit() is None), reuse_locked_rows():
        with transition("report_back", number, by=by, version=version, at=at, via=via) as t:
            opinion = t.opinion
            if how == "sms" and not opinion.citizen_phone:
                raise Refused(_("There is no phone number to send a text message to."), "how")
            opinion.reported_back_at = t.at
            t.data, t.text = {"how": how}, note
            if via != IMPORT:
                _text_answer(t, opinion, answered=how == "sms")
        if via != IMPORT:
            for follower in opinion.merged.filter(satisfaction="").order_by("number"):
                share_answer(follower.number, by=SYSTEM, at=max(t.at, follower.changed_at), via=via)
    return opinion


def share_answer(number, *, by=SYSTEM, version=None, at=None, via=WEB) -> Opinion:
    """Pass the answer of the opinion that this one follows on to its citizen, who may evaluate it and reopen their own.
    Where there is no number to text to, the clerks are told: the progress page shows it."""
    with transition("share_answer", number, by=by, version=version, at=at, via=via) as t:
        opinion, lead = t.opinion, t.opinion.merged_into
        t.data = {"of": lead.number}
        _text_answer(t, lead)
        _tell_deputy(t, lead.lead_agency)
        if not opinion.citizen_phone:
            t.notify_staff(
                clerks_of(opinion),
                _("To report back: %(number)s"),
                _("%(agency)s has answered “%(title)s”. Tell the citizen."),
                agency=lead.lead_agency,
            )
    return opinion


def _text_answer(t, lead, *, answered=True):
    """Text the answer that `lead` has to the citizen: its first words, and where the rest is. Who was told another way
    gets the link to evaluate by itself."""
    opinion, link = t.opinion, link_of(t.opinion)
    if not opinion.citizen_phone:
        return
    if answered:
        facts = _facts(opinion, link) | {"answer": lead.answer}
        pattern, _room = answer_text(facts)
        t.notify_citizen(_("Answer to your opinion %(number)s"), pattern, **facts)
    elif link:
        until = add_workdays(t.today, deadlines.limit(Clock.WINDOW, opinion)[0]).date
        facts = _facts(opinion, link) | {"day": month_day(until)}
        patterns = EVALUATE_OR_CALL if facts["phone"] else EVALUATE
        pattern, _room = fitting(patterns, facts | {"link": ""}, least=0)
        t.notify_citizen(_("Evaluate the answer to %(number)s"), pattern, **facts)


# Of each the longer first; what the office's name and the setting leave no room for is said shorter.
EVALUATE = (
    _(
        "[%(office)s People's Congress] Are you satisfied with the answer to what you told us on %(told)s? Tell us "
        "here by %(day)s; if not, it is handled again: %(link)s"
    ),
    _("[%(office)s People's Congress] Are you satisfied with the answer? By %(day)s: %(link)s"),
)
EVALUATE_OR_CALL = (
    _(
        "[%(office)s People's Congress] Are you satisfied with the answer to what you told us on %(told)s? Tell us by "
        "%(day)s under %(phone)s or here; if not, it is handled again: %(link)s"
    ),
    *EVALUATE,
)
ANSWERED_HERE = (
    _(
        "[%(office)s People's Congress] What you told us on %(told)s has been answered: %(answer)s The whole of it, "
        "and your evaluation: %(link)s"
    ),
)
ANSWERED_ALONE = (
    _("[%(office)s People's Congress] What you told us on %(told)s has been answered: %(answer)s"),
)
ANSWERED_CALL = (
    _(
        "[%(office)s People's Congress] What you told us on %(told)s has been answered: %(answer)s To hear all of it "
        "call %(phone)s."
    ),
    _(
        "[%(office)s People's Congress] What you told us on %(told)s has been answered: %(answer)s Call %(phone)s."
    ),
    *ANSWERED_ALONE,
)


def answer_text(facts) -> tuple[str, int]:
    """The pattern of the text with the answer, and how many characters of it go in: the rest is behind the link, or
    to be had from the studio."""
    patterns = ANSWERED_HERE if facts["link"] else ANSWERED_CALL if facts["phone"] else ANSWERED_ALONE
    return fitting(patterns, facts | {"answer": "", "link": ""})


def _facts(told, link) -> dict:
    return facts_of(told) | {"link": link, "phone": phone_of(told)}


def answer_room(opinion) -> int:
    """How many characters of an answer its text message holds."""
    return answer_text(_facts(opinion, link_of(opinion)))[1]


def not_told(number, *, by=SYSTEM, version=None, error="", at=None, via=WEB) -> Opinion:
    """The text message with the answer was refused for good: the citizen has not been told, so the opinion is to be
    reported back again, and the clerks are told why."""
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


def issue_reply(number, *, by, version=None, at=None, via=WEB) -> Opinion:
    """Issue the official letter of reply (答复函) with the present answer, to be handed to the citizen."""
    with transition("issue_reply", number, by=by, version=version, at=at, via=via) as t:
        letters.reply(t)
    return t.opinion


def call_back(number, *, by, version=None, reached, note="", at=None, via=WEB) -> Opinion:
    """Note a call back (回访): whether the citizen was reached and what they said. Before the citizen has been told
    the answer, only a call that reached nobody; one that does is `call_citizen`."""
    with transition("call_back", number, by=by, version=version, at=at, via=via) as t:
        if reached and t.opinion.status == Status.ANSWERED:
            raise Refused(_("The citizen has not been told the answer yet."), "reached")
        if reached:
            note_call_back(t.opinion, t.at)
        t.data, t.text = {"reached": reached}, note
    return t.opinion


def evaluate(number, *, by, version=None, satisfaction, how, reason="", at=None, via=WEB) -> Opinion:
    """The citizen's own evaluation. Not satisfied, with a reason, reopens; satisfied closes. Never rated by the
    agency, and not rated never counts as satisfied. Whose opinion follows another evaluates that one's answer for
    themselves: not satisfied, theirs goes its own way again."""
    if satisfaction == Satisfaction.NOT and not reason.strip():
        raise Refused(_("Say why the citizen is not satisfied."), "reason")
    with transaction.atomic(savepoint=current_unit() is None), reuse_locked_rows():
        with transition("evaluate", number, by=by, version=version, at=at, via=via) as t:
            opinion = t.opinion
            note_evaluation(opinion, satisfaction, t.at)
            t.data, t.text = {"satisfaction": satisfaction, "how": how}, reason
            t.notify_staff(
                deputy_of(opinion),
                _("Evaluated: %(number)s"),
                _("“%(title)s”, which was told to you: the citizen is %(satisfaction)s."),
                satisfaction=Satisfaction(satisfaction).label,
            )
            if satisfaction != Satisfaction.NOT and opinion.status == Status.REPORTED_BACK:
                t.to = Status.CLOSED
                opinion.closed_at = t.at
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
    with transaction.atomic(), reuse_locked_rows():
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
    with transition("rate", number, by=by, version=version, at=at, via=via) as t:
        t.opinion.deputy_rating = rating
        t.data, t.text = {"rating": rating}, note
    return t.opinion


def close(number, *, by=SYSTEM, version=None, at=None, via=WEB) -> Opinion:
    """The evaluation window has passed without a word."""
    with transition("close", number, by=by, version=version, at=at, via=via) as t:
        if t.today <= t.opinion.due_on:
            raise Refused(_("The evaluation window is still open."))
        t.opinion.closed_at = t.at
        t.data = {"why": {"rule": "window", "until": str(t.opinion.due_on)}}
    return t.opinion

"""The workflow on one page: statuses, actions, who may take them from where. No database here.

Source: the office's five verbs (统一登记 梳理分流 跟踪督办 反馈结果 持续重办), docs/workflow.md. The function that
takes an action has its code for a name and lives in the module of its verb.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Kind

# The roles of the actors without an account: a citizen on the public pages, and a rule, which each step names.
CITIZEN, SYSTEM = Kind.CITIZEN, Kind.SYSTEM


class Status(TextChoices):
    REGISTERED = "registered", _("registered")
    ROUTED = "routed", _("routed")
    HANDLING = "handling", _("in handling")
    ANSWERED = "answered", _("answered")
    REPORTED_BACK = "reported_back", _("reported back")
    CLOSED = "closed", _("closed")
    DECLINED = "declined", _("declined")
    MERGED = "merged", _("merged")
    WITHDRAWN = "withdrawn", _("withdrawn")

    @property
    def icon(self) -> str:
        return ICONS[self]


ICONS = {
    Status.REGISTERED: "pencil",
    Status.ROUTED: "send",
    Status.HANDLING: "tools",
    Status.ANSWERED: "chat-left-dots",
    Status.REPORTED_BACK: "telephone-outbound",
    Status.CLOSED: "check-circle",
    Status.DECLINED: "signpost-2",
    Status.MERGED: "union",
    Status.WITHDRAWN: "arrow-counterclockwise",
}


class LetterOwed(TextChoices):
    """An official letter that a rule called for and that is not issued yet."""

    HANDOVER = "handover", _("hand-over letter, issued when the office opens")
    SUPERVISION = "supervision", _("supervision letter, waits for a person")


R, U, H, A, B, C = (
    Status.REGISTERED,
    Status.ROUTED,
    Status.HANDLING,
    Status.ANSWERED,
    Status.REPORTED_BACK,
    Status.CLOSED,
)
D, M, W = Status.DECLINED, Status.MERGED, Status.WITHDRAWN
OPEN = (R, U, H, A, B)
WITH_AGENCY = (U, H)
WITH_PARTS = (U, H, A)  # while joint agencies may still answer: until the citizen has been told
TOLD = (B, C)  # the citizen has the answer
CLIMBING = (U, H, A)  # the ladder of supervision stands against these


@dataclass(frozen=True)
class Action:
    """`to` None keeps the status. `allows(opinion, today)` is a condition beyond the status, with its reason."""

    code: str
    verb: str
    label: str
    source: tuple
    to: Status | None
    roles: frozenset
    icon: str = "arrow-right"
    allows: object = None
    primary: bool = False


def _not_designated(opinion, today: date) -> str:
    if opinion.designated:
        return _("The agency was designated; the opinion cannot be returned again.")
    if opinion.return_by_on and today > opinion.return_by_on:
        return _("The limit for returning it has passed.")
    return ""


def _may_ask_extension(opinion, today: date) -> str:
    if opinion.extension_state:
        return _("An extension was already asked for in this round.")
    if opinion.handling_due_on and today > opinion.handling_due_on:
        return _("The deadline has passed; an extension must be asked for before it.")
    if opinion.handling_days == 1:  # at most half of it can be added
        return _("A limit of one working day cannot be extended.")
    return ""


def _extension_waits(opinion, today: date) -> str:
    return "" if opinion.extension_state == "asked" else _("No extension is being asked for.")


def _is_suspended(opinion, today: date) -> str:
    return "" if opinion.suspended_on else _("The opinion is not suspended.")


def _is_running(opinion, today: date) -> str:
    return _("The opinion is suspended.") if opinion.suspended_on else ""


def _may_stand_still(opinion, today: date) -> str:
    # Set where the row was fetched with it for a page; the step looks itself.
    return _is_running(opinion, today) or getattr(opinion, "stood_enough", "")


def _owes_signature(opinion, today: date) -> str:
    # Set for the person who asks, where the row was fetched with it (OpinionQuerySet.with_owed); the step looks itself.
    owes = getattr(opinion, "owes_signature", True)
    return "" if owes else _("Your agency has no part to sign for.")


def _owes_part(opinion, today: date) -> str:
    owes = getattr(opinion, "owes_part", True)
    return _is_running(opinion, today) if owes else _("Your agency has no part to answer.")


def _agency_cannot_act(opinion, today: date) -> str:
    # Set where the row was fetched with it for a page; the step looks itself.
    return _("Somebody at the agency can act.") if getattr(opinion, "agency_able", False) else ""


def _letter_waits(opinion, today: date) -> str:
    waits = opinion.letter_owed == LetterOwed.SUPERVISION
    return "" if waits else _("No supervision letter waits to be issued.")


def _must_acknowledge(opinion, today: date) -> str:
    return "" if opinion.acknowledge_by_on else _("No notice waits for a reply.")


def _not_escalated(opinion, today: date) -> str:
    return _("It was already taken up as a deputies' proposal.") if opinion.escalated_at else ""


def _is_told(opinion) -> str:
    """One that was merged has the answer when the one it follows is reported back."""
    if opinion.status == M and opinion.merged_into.status not in TOLD:
        return _("The opinion that it follows is not reported back yet.")
    return ""


def _is_asked(opinion, today: date) -> str:
    return "" if opinion.question else _("The agency waits for no answer of the citizen.")


def _not_rated(opinion, today: date) -> str:
    if reason := _is_told(opinion):
        return reason
    return _("The citizen has already evaluated this round.") if opinion.satisfaction else ""


def _within_a_year(opinion, today: date) -> str:
    if reason := _is_told(opinion):
        return reason
    closed_at = (opinion.merged_into if opinion.status == M else opinion).closed_at
    if closed_at and (today - timezone.localdate(closed_at)).days > 366:
        return _("An opinion can be reopened within a year of its closing.")
    return ""


def _has_words(opinion, today: date) -> str:
    return _("Its words and personal data are erased; nothing is left.") if opinion.erased_at else ""


ERASABLE = (C, D, M, W)
CLERK, OFFICER, HANDLER, SUPERVISOR = "clerk", "triage_officer", "handler", "supervisor"
OFFICIAL, DEPUTY, JOINT = "county_official", "deputy", "joint_handler"


def _action(code, verb, label, source, to, roles, **more):
    return Action(code, verb, label, tuple(source), to, frozenset(roles), **more)


# fmt: off
ACTIONS = {action.code: action for action in [
    _action("register", "register", _("register"), [], R, [CLERK, DEPUTY, CITIZEN, OFFICER], icon="pencil"),
    _action("amend", "register", _("amend"), [R, U], None, [CLERK], icon="pencil-square"),
    _action("move", "register", _("move with its township"), OPEN, None, [SYSTEM], icon="geo-alt"),
    _action("withdraw", "register", _("withdraw for the citizen"), [R, U, H], W, [CLERK, CITIZEN],
            icon="arrow-counterclockwise"),
    _action("erase", "personal_data", _("erase words and personal data"), ERASABLE, None, [SUPERVISOR, SYSTEM],
            icon="eraser"),
    _action("give_copy", "personal_data", _("give the citizen a copy"), Status, None, [SUPERVISOR], icon="files",
            allows=_has_words),
    _action("reissue_code", "personal_data", _("issue another query code"), Status, None, [CLERK], icon="key"),

    _action("classify", "triage", _("classify"), [R, U], None, [OFFICER, SYSTEM], icon="tags"),
    _action("route", "triage", _("route to an agency"), [R], U, [OFFICER, SUPERVISOR, SYSTEM], icon="send",
            primary=True),
    _action("recall", "triage", _("take back the routing"), [U], R, [OFFICER, SUPERVISOR],
            icon="arrow-counterclockwise"),
    _action("decline", "triage", _("decline"), [R, U], D, [OFFICER], icon="signpost-2"),
    _action("merge", "merging", _("merge into another"), [R, U], M, [OFFICER], icon="union"),
    _action("unmerge", "merging", _("undo the merger"), [M], R, [OFFICER, SYSTEM], icon="intersect"),
    _action("reconsider", "triage", _("reconsider"), [D, W], R, [SUPERVISOR, CLERK], icon="arrow-repeat"),
    _action("issue_handover", "triage", _("issue the hand-over letter"), [U, H], None,
            [OFFICER, SUPERVISOR, SYSTEM], icon="envelope-paper"),
    _action("sign", "triage", _("sign for"), [U], H, [HANDLER], icon="check2-square", primary=True),
    _action("return_it", "triage", _("return"), [U, H], R, [HANDLER], icon="reply", allows=_not_designated),

    _action("hand_on", "leaving", _("take from an agency that cannot act"), WITH_AGENCY, R,
            [OFFICER, SUPERVISOR, SYSTEM], icon="person-x", allows=_agency_cannot_act),

    _action("joint_sign", "joint", _("sign for the joint part"), WITH_PARTS, None, [JOINT], icon="check2-square",
            allows=_owes_signature, primary=True),
    _action("joint_answer", "joint", _("answer the joint part"), WITH_PARTS, None, [JOINT], icon="chat-left-text",
            allows=_owes_part, primary=True),
    _action("joint_return", "joint", _("return the joint part"), WITH_PARTS, None, [JOINT], icon="reply",
            allows=_owes_signature),

    _action("ask_extension", "supervise", _("ask for an extension"), [H], None, [HANDLER],
            icon="hourglass-split", allows=_may_ask_extension),
    _action("grant_extension", "supervise", _("grant the extension"), [H], None, [SUPERVISOR],
            icon="check-lg", allows=_extension_waits, primary=True),
    _action("refuse_extension", "supervise", _("refuse the extension"), [H], None, [SUPERVISOR],
            icon="x-lg", allows=_extension_waits),
    _action("suspend", "supervise", _("suspend"), [H], None, [HANDLER], icon="pause-circle",
            allows=_may_stand_still),
    _action("resume", "supervise", _("resume"), [H], None, [HANDLER, CLERK, SYSTEM],
            icon="play-circle", allows=_is_suspended, primary=True),
    _action("ask_citizen", "asking", _("ask the citizen"), [H], None, [HANDLER], icon="question-circle",
            allows=_may_stand_still),
    _action("answer_question", "asking", _("enter the citizen's answer"), [H], None, [CLERK, CITIZEN],
            icon="chat-left-dots", allows=_is_asked, primary=True),
    _action("notify", "supervise", _("send a notice"), CLIMBING, None, [SUPERVISOR, SYSTEM], icon="bell"),
    _action("issue_supervision", "supervise", _("issue the supervision letter"), WITH_AGENCY, None, [SUPERVISOR],
            icon="envelope-exclamation", allows=_letter_waits),
    _action("acknowledge", "supervise", _("reply to the notice"), CLIMBING, None, [HANDLER, CLERK],
            icon="reply-all", allows=_must_acknowledge),
    _action("escalate", "supervise", _("take up as a deputies' proposal"), OPEN, None, [OFFICIAL, DEPUTY],
            icon="megaphone", allows=_not_escalated),
    _action("recalculate", "supervise", _("recalculate the deadline"), OPEN, None, [SYSTEM], icon="calendar2-week"),

    _action("answer", "report_back", _("answer"), [H], A, [HANDLER], icon="chat-left-text",
            allows=_is_running, primary=True),
    _action("report_back", "report_back", _("report back to the citizen"), [A], B, [CLERK, SYSTEM],
            icon="telephone-outbound", primary=True),
    _action("not_told", "report_back", _("take up the report again"), [B], A, [SYSTEM], icon="exclamation-octagon"),
    _action("issue_reply", "report_back", _("issue the letter of reply"), [A, B, C], None, [CLERK, OFFICER],
            icon="envelope-paper"),
    _action("call_back", "report_back", _("note a call back"), [A, B], None, [CLERK], icon="telephone"),
    _action("share_answer", "report_back", _("pass the answer on"), [M], None, [SYSTEM], icon="share"),
    _action("evaluate", "report_back", _("note the citizen's evaluation"), [B, C, M], None, [CLERK, CITIZEN],
            icon="star", allows=_not_rated, primary=True),
    _action("rate", "report_back", _("evaluate as the deputy"), [B, C], None, [DEPUTY], icon="star-half"),
    _action("close", "report_back", _("close"), [B], C, [SYSTEM], icon="check-circle"),

    _action("reopen", "reopen", _("reopen"), [B, C, M], U, [CLERK, SUPERVISOR, CITIZEN, SYSTEM],
            icon="arrow-clockwise", allows=_within_a_year),

    _action("supplement", "notes", _("add what the citizen says later"), OPEN, None, [CLERK, CITIZEN],
            icon="plus-square"),
    _action("note_progress", "notes", _("note the progress"), [H], None, [HANDLER], icon="activity"),
    _action("note_internally", "notes", _("note among the staff"), Status, None,
            [CLERK, OFFICER, SUPERVISOR], icon="sticky"),
]}
# fmt: on


def refusal(action: Action, opinion, today: date) -> str:
    """Why `action` cannot be taken on `opinion` now, whoever asks; empty when it can."""
    if opinion.erased_at:
        return _("Its words and personal data were erased; only its figures are left.")
    if opinion.status not in action.source:
        return _("Not possible while the opinion is “%(status)s”.") % {"status": opinion.get_status_display()}
    return action.allows(opinion, today) if action.allows else ""


def who(action: Action, opinion) -> frozenset:
    """The roles that may take `action` on this opinion. One that was reopened twice is routed, and taken back, by a
    supervisor; a notice is replied to by whoever it was sent to: the agency, or the studio once it has answered."""
    if action.code in ("route", "recall"):
        return frozenset([SUPERVISOR]) if opinion.round > 2 else action.roles - {SUPERVISOR}
    if action.code == "acknowledge":
        return frozenset([CLERK if opinion.status == Status.ANSWERED else HANDLER])
    return action.roles


def available(opinion, roles, today: date) -> list[Action]:
    """What a person in `roles` over this opinion may do with it now, in the order of the table."""
    roles = set(roles)
    return [a for a in ACTIONS.values() if who(a, opinion) & roles and not refusal(a, opinion, today)]

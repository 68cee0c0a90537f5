"""The workflow on one page: statuses, actions, who may take them from where. No database here.

Source: the office's five verbs (统一登记 梳理分流 跟踪督办 反馈结果 持续重办), docs/workflow.md. The function that
takes an action has its code for a name and lives in the module of its verb.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from accounts.actors import Kind

from . import guards, public_wording
from .statuses import ESCALATING, OPEN, WITH_AGENCY, WITH_PARTS, A, B, C, D, H, M, R, Status, U, W

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from opinions.models import Opinion

# The roles of the actors without an account: a citizen on the public pages, and a rule, which each step names.
CITIZEN, SYSTEM = Kind.CITIZEN, Kind.SYSTEM
# What a message of an action is about, by which people choose their e-mails (notifications.models.Topic).
WORK, NOTICE, DECISION, NEWS = "work", "notice", "decision", "news"


@dataclass(frozen=True)
class Action:
    """One row of the table; only `allows` and `primary` may be left out.

    to: the status it leads to; None keeps the status. icon: of Bootstrap Icons. tone: colour of its line in the
    timeline (good, warn, bad; empty for none). topic: the subject of its messages. public: the sentence a citizen
    reads of it, a text or a function of the ledger row's facts; None if nothing. allows: called with (opinion,
    today), returns why it is not possible beyond the status, empty when it is. primary: the step that is expected
    next.
    """

    code: str
    verb: str
    label: StrOrPromise
    source: tuple[Status, ...]
    to: Status | None
    roles: frozenset[str]
    icon: str
    tone: str
    topic: str
    public: StrOrPromise | Callable[[dict], str] | None
    allows: Callable[[Opinion, date], StrOrPromise] | None = None
    primary: bool = False


ERASABLE = (C, D, M, W)
CLERK, OFFICER, HANDLER, SUPERVISOR = "clerk", "triage_officer", "handler", "supervisor"
OFFICIAL, DEPUTY, JOINT = "county_official", "deputy", "joint_handler"


def _action(
    code: str,
    verb: str,
    label: StrOrPromise,
    source: Iterable[Status],
    to: Status | None,
    roles: Iterable[str],
    *,
    icon: str,
    tone: str,
    topic: str,
    public: StrOrPromise | Callable[[dict], str] | None,
    **more: Any,
) -> Action:
    return Action(code, verb, label, tuple(source), to, frozenset(roles), icon, tone, topic, public, **more)


# fmt: off
ACTIONS = {action.code: action for action in [
    _action("register", "register", _("register"), [], R, [CLERK, DEPUTY, CITIZEN, OFFICER], icon="pencil",
            tone="", topic=NEWS, public=_("You told us.")),
    _action("amend", "register", _("amend"), [R, U], None, [CLERK], icon="pencil-square",
            tone="", topic=NEWS, public=None),
    _action("move", "register", _("move with its township"), OPEN, None, [SYSTEM], icon="geo-alt",
            tone="", topic=NEWS, public=None),
    _action("withdraw", "register", _("withdraw for the citizen"), [R, U, H], W, [CLERK, CITIZEN],
            icon="arrow-counterclockwise",
            tone="warn", topic=NEWS, public=_("You withdrew it.")),
    _action("archive", "imported", _("keep as an archive"), [R], W, [SYSTEM], icon="archive",
            tone="", topic=NEWS, public=None),
    _action("undo_import", "imported", _("undo the import"), [R, U, H, A, B, C, W], W, [SYSTEM],
            icon="arrow-counterclockwise", tone="warn", topic=NEWS, public=None),
    _action("erase", "personal_data", _("erase words and personal data"), ERASABLE, None, [SUPERVISOR, SYSTEM],
            icon="eraser",
            tone="", topic=NEWS, public=None),
    _action("give_copy", "personal_data", _("give the citizen a copy"), Status, None, [SUPERVISOR],
            icon="files", allows=guards.has_words,
            tone="", topic=NEWS, public=None),
    _action("reissue_code", "personal_data", _("issue another query code"), Status, None, [CLERK], icon="key",
            tone="", topic=NEWS, public=None),

    _action("classify", "triage", _("classify"), [R, U], None, [OFFICER, SYSTEM], icon="tags",
            tone="", topic=NEWS, public=None),
    _action("redact", "secrecy", _("look through what the agency will read"), [R, U, H], None, [OFFICER, SUPERVISOR],
            icon="eye-slash", allows=guards.kept_secret,
            tone="", topic=NEWS, public=None),
    _action("route", "triage", _("route to an agency"), [R], U, [OFFICER, SUPERVISOR, SYSTEM],
            icon="send", allows=guards.looked_through, primary=True,
            tone="", topic=WORK, public=public_wording.route),
    _action("recall", "triage", _("take back the routing"), [U], R, [OFFICER, SUPERVISOR],
            icon="arrow-counterclockwise",
            tone="warn", topic=WORK, public=None),
    _action("decline", "triage", _("decline"), [R, U], D, [OFFICER], icon="signpost-2",
            tone="bad", topic=NEWS, public=_("This matter cannot be handled here.")),
    _action("merge", "merging", _("merge into another"), [R, U], M, [OFFICER], icon="union",
            tone="", topic=NEWS,
            public=_("Others told us of the same matter; it is dealt with together, and you will get the answer too.")),
    _action("unmerge", "merging", _("undo the merger"), [M], R, [OFFICER, SYSTEM], icon="intersect",
            tone="", topic=NEWS, public=_("It is handled on its own again.")),
    _action("reconsider", "triage", _("reconsider"), [D, W], R, [SUPERVISOR, CLERK], icon="arrow-repeat",
            tone="", topic=WORK, public=_("It is being looked at again.")),
    _action("issue_handover", "triage", _("issue the hand-over letter"), [U, H], None, [OFFICER, SUPERVISOR, SYSTEM],
            icon="envelope-paper",
            tone="", topic=NEWS, public=None),
    _action("sign", "triage", _("sign for"), [U], H, [HANDLER], icon="check2-square", primary=True,
            tone="", topic=NEWS, public=_("Those responsible have begun.")),
    _action("return_it", "triage", _("return"), [U, H], R, [HANDLER], icon="reply", allows=guards.not_designated,
            tone="warn", topic=WORK, public=_("Checked: others are responsible; it is being passed on to them.")),

    _action("hand_on", "leaving", _("take from an agency that cannot act"), WITH_AGENCY, R, [OFFICER,
    SUPERVISOR, SYSTEM],
            icon="person-x", allows=guards.agency_cannot_act,
            tone="warn", topic=NEWS, public=public_wording.hand_on),

    _action("joint_sign", "joint", _("sign for the joint part"), WITH_PARTS, None, [JOINT],
            icon="check2-square", allows=guards.owes_signature, primary=True,
            tone="", topic=NEWS, public=None),
    _action("joint_answer", "joint", _("answer the joint part"), WITH_PARTS, None, [JOINT],
            icon="chat-left-text", allows=guards.owes_part, primary=True,
            tone="good", topic=NEWS, public=None),
    _action("joint_return", "joint", _("return the joint part"), WITH_PARTS, None, [JOINT],
            icon="reply", allows=guards.owes_signature,
            tone="", topic=NEWS, public=None),
    _action("hand_on_part", "leaving", _("take a joint part from an agency that cannot act"), WITH_PARTS, None,
            [OFFICER, SUPERVISOR, SYSTEM], icon="person-x", allows=guards.joint_agency_cannot_act,
            tone="warn", topic=NEWS, public=None),

    _action("ask_extension", "supervision", _("ask for an extension"), [H], None, [HANDLER],
            icon="hourglass-split", allows=guards.may_ask_extension,
            tone="warn", topic=DECISION, public=None),
    _action("grant_extension", "supervision", _("grant the extension"), [H], None, [SUPERVISOR],
            icon="check-lg", allows=guards.extension_waits, primary=True,
            tone="good", topic=DECISION, public=public_wording.grant_extension),
    _action("refuse_extension", "supervision", _("refuse the extension"), [H], None, [SUPERVISOR],
            icon="x-lg", allows=guards.extension_waits,
            tone="warn", topic=DECISION, public=None),
    _action("suspend", "supervision", _("suspend"), [H], None, [HANDLER], icon="pause-circle",
            allows=guards.may_suspend,
            tone="warn", topic=NEWS, public=public_wording.suspend),
    _action("resume", "supervision", _("resume"), [H], None, [HANDLER, CLERK, SYSTEM],
            icon="play-circle", allows=guards.is_suspended, primary=True,
            tone="", topic=NEWS, public=public_wording.resume),
    _action("ask_citizen", "asking", _("ask the citizen"), [H], None, [HANDLER],
            icon="question-circle", allows=guards.may_suspend,
            tone="warn", topic=NEWS, public=_("You were asked something.")),
    _action("answer_question", "asking", _("enter the citizen's answer"), [H], None, [CLERK, CITIZEN],
            icon="chat-left-dots", allows=guards.is_asked, primary=True,
            tone="", topic=WORK, public=public_wording.answer_question),
    _action("notify", "supervision", _("send a notice"), ESCALATING, None, [SUPERVISOR, SYSTEM], icon="bell",
            tone="", topic=NOTICE, public=None),
    _action("issue_supervision", "supervision", _("issue the supervision letter"), WITH_AGENCY, None, [SUPERVISOR],
            icon="envelope-exclamation", allows=guards.letter_waits,
            tone="", topic=NEWS, public=None),
    _action("sign_off_letter", "signing", _("sign off the letters"), [U, H, A, B, C], None, [SUPERVISOR, OFFICIAL],
            icon="pen", allows=guards.draft_waits,
            tone="", topic=NEWS, public=None),
    _action("file_paper", "papers", _("keep a paper as PDF"), Status, None, [SYSTEM], icon="file-earmark-pdf",
            tone="", topic=NEWS, public=None),
    _action("acknowledge", "supervision", _("reply to the notice"), ESCALATING, None, [HANDLER, CLERK],
            icon="reply-all", allows=guards.must_acknowledge,
            tone="", topic=NEWS, public=None),
    _action("escalate", "supervision", _("take up as a deputies' proposal"), OPEN, None, [OFFICIAL, DEPUTY],
            icon="megaphone", allows=guards.not_escalated,
            tone="", topic=NEWS, public=None),
    _action("recalculate", "supervision", _("recalculate the deadline"), OPEN, None, [SYSTEM], icon="calendar2-week",
            tone="", topic=NEWS, public=None),

    _action("answer", "report_back", _("answer"), [H], A, [HANDLER],
            icon="chat-left-text", allows=guards.is_running, primary=True,
            tone="good", topic=WORK, public=_("Those responsible have answered.")),
    _action("report_back", "report_back", _("report back to the citizen"), [A], B, [CLERK, SYSTEM],
            icon="telephone-outbound", primary=True,
            tone="", topic=NEWS, public=_("You were told the answer.")),
    _action("not_told", "report_back", _("take up the report again"), [B], A, [SYSTEM], icon="exclamation-octagon",
            tone="bad", topic=NEWS, public=None),
    _action("issue_reply", "report_back", _("issue the letter of reply"), [A, B, C], None, [CLERK, OFFICER],
            icon="envelope-paper",
            tone="", topic=NEWS, public=None),
    _action("call_back", "report_back", _("note a call back"), [A, B], None, [CLERK], icon="telephone",
            tone="", topic=NEWS, public=None),
    _action("share_answer", "report_back", _("pass the answer on"), [M], None, [SYSTEM], icon="share",
            tone="", topic=NEWS, public=_("You were told the answer.")),
    _action("evaluate", "report_back", _("note the citizen's evaluation"), [B, C, M], None, [CLERK, CITIZEN],
            icon="star", allows=guards.not_rated, primary=True,
            tone="", topic=NEWS, public=public_wording.evaluate),
    _action("rate", "report_back", _("evaluate as the deputy"), [B, C], None, [DEPUTY], icon="star-half",
            tone="", topic=NEWS, public=None),
    _action("close", "report_back", _("close"), [B], C, [SYSTEM], icon="check-circle",
            tone="good", topic=NEWS,
            public=_("The time for your evaluation is over, and you raised no objection: the matter is closed. If it "
                     "is not settled, you can ask for it to be taken up again within a year.")),

    _action("reopen", "reopen", _("reopen"), [B, C, M], U, [CLERK, SUPERVISOR, CITIZEN, SYSTEM],
            icon="arrow-clockwise", allows=guards.within_a_year,
            tone="bad", topic=WORK, public=_("Taken up again.")),

    _action("supplement", "notes", _("add what the citizen says later"), [*OPEN, M], None, [CLERK, CITIZEN],
            icon="plus-square", allows=guards.lead_is_open,
            tone="", topic=WORK, public=_("You added something.")),
    _action("share_supplement", "notes", _("pass on what was added"), OPEN, None, [SYSTEM], icon="share",
            tone="", topic=WORK, public=None),
    _action("explain", "notes", _("tell the citizen a first word"), OPEN, None, [DEPUTY], icon="chat-left-heart",
            tone="", topic=NEWS, public=_("The deputy wrote to you."), allows=guards.first_word),
    _action("note_progress", "notes", _("note the progress"), [H], None, [HANDLER], icon="activity",
            tone="", topic=NEWS, public=None),
    _action("note_internally", "notes", _("note among the staff"), Status, None, [CLERK, OFFICER, SUPERVISOR],
            icon="sticky",
            tone="", topic=NEWS, public=None),
]}
# fmt: on


def refusal(action: Action, opinion: Opinion, today: date) -> StrOrPromise:
    """Return why `action` cannot be taken on `opinion` now by anybody; empty when it can."""
    if opinion.erased_at:
        return _("Its words and personal data were erased; only its figures are left.")
    if opinion.status not in action.source:
        return _("Not possible while the opinion is “%(status)s”.") % {"status": opinion.get_status_display()}
    return action.allows(opinion, today) if action.allows else ""


def who(action: Action, opinion: Opinion) -> frozenset[str]:
    """Return the roles that may take `action` on this opinion. One that was reopened twice is routed, and recalled,
    by a supervisor; a notice is replied to by those it was sent to: the agency, or the studio once the agency has
    answered."""
    if action.code in ("route", "recall"):
        return frozenset([SUPERVISOR]) if opinion.round > 2 else action.roles - {SUPERVISOR}
    if action.code == "acknowledge":
        return frozenset([CLERK if opinion.status == Status.ANSWERED else HANDLER])
    return action.roles


def available(opinion: Opinion, roles: Iterable[str], today: date) -> list[Action]:
    """Return what a person in `roles` over this opinion may do with it now, in the order of the table; empty when
    nothing."""
    roles = set(roles)
    return [a for a in ACTIONS.values() if who(a, opinion) & roles and not refusal(a, opinion, today)]

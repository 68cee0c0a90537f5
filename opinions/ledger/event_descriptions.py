"""One sentence for each action of the ledger, made from the data of its row. No database here."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from opinions.lifecycle.reasons import DeclineReason, HowRated, HowTold, Satisfaction
from opinions.models import EscalationLevel, Opinion
from opinions.models.choices import Channel, MatterType, Outcome

from . import letter_descriptions as letters
from . import note_descriptions as notes
from .phrases import Data, Names, day, join, label, provisional


def _register(data: Data, names: Names) -> str:
    text = _("Wrote the opinion down, told by: %(channel)s") % {
        "channel": label(Channel, data.get("channel"))
    }
    return join(text, data.get("received_on") and _("told on %(day)s") % {"day": day(data["received_on"])})


def _field_name(name: str) -> str:
    # get_field may also return a reverse relation, which has no name of its own; what is corrected never is one.
    return str(getattr(Opinion._meta.get_field(name), "verbose_name", name))


def _amend(data: Data, names: Names) -> str:
    fields = _(", ").join(_field_name(name) for name in data.get("fields", []))
    again = data.get("reissued") and _("issued again: %(numbers)s") % {
        "numbers": _(", ").join(data["reissued"])
    }
    return join(_("Corrected: %(fields)s") % {"fields": fields}, again)


def _move(data: Data, names: Names) -> str:
    return _("Its township %(before)s became %(after)s") % {
        "before": data.get("from_name", ""),
        "after": data.get("to_name", ""),
    }


def _classify(data: Data, names: Names) -> str:
    code = data.get("category", "")
    text = _("Classified: %(category)s · %(matter)s") % {
        "category": names.get(code, code),
        "matter": label(MatterType, data.get("matter_type")),
    }
    urgent = data.get("urgency") == "urgent" and _("urgent")
    return join(text, urgent, data.get("complex") and _("complex matter"))


def _redact(data: Data, names: Names) -> str:
    hidden = data.get("hidden", 0)
    return _("Looked through what the agency reads; words marked apart from what is hidden anyway: %(n)d") % {
        "n": hidden
    }


def _route(data: Data, names: Names) -> str:
    return join(
        _("Routed to %(agency)s") % {"agency": data.get("agency_name", "")},
        _joint(data),
        data.get("designated") and _("designated, not to be returned"),
        letters.letter(data),
        _("to be answered by %(day)s (%(days)s working days)")
        % {"day": day(data.get("handling_due_on")), "days": data.get("handling_days", "—")},
        provisional(data),
    )


def _joint(data: Data) -> str:
    names = {"names": _(", ").join(data.get("joint", [])), "day": day(data.get("joint_due_on"))}
    if not data.get("joint"):
        return ""
    return (
        _("joint: %(names)s, by %(day)s") % names
        if data.get("joint_due_on")
        else _("joint: %(names)s") % names
    )


def _joint_sign(data: Data, names: Names) -> str:
    return _("%(agency)s signed for its joint part; to be answered by %(day)s") % {
        "agency": data.get("agency_name", ""),
        "day": day(data.get("due_on")),
    }


def _joint_answer(data: Data, names: Names) -> str:
    late = data.get("late") and _("after its day %(day)s") % {"day": day(data.get("due_on"))}
    return join(_("%(agency)s answered its joint part") % {"agency": data.get("agency_name", "")}, late)


def _joint_return(data: Data, names: Names) -> str:
    return _("%(agency)s returned its joint part") % {"agency": data.get("agency_name", "")}


def _decline(data: Data, names: Names) -> str:
    door = data.get("right_door")
    return join(
        _("Declined: %(reason)s") % {"reason": label(DeclineReason, data.get("reason"))},
        door and _("where to turn: %(door)s") % {"door": door},
    )


def _merge(data: Data, names: Names) -> str:
    after = {"copy": _("its answer is passed on"), "reopen": _("which is taken up again")}
    return join(
        _("Merged into %(number)s, the same matter") % {"number": data.get("into", "")},
        after.get(data.get("answered", "")),
    )


def _unmerge(data: Data, names: Names) -> str:
    return _("Undid the merger with %(number)s") % {"number": data.get("from", "")}


def _sign(data: Data, names: Names) -> str:
    return _("Signed for it; to be answered by %(day)s") % {"day": day(data.get("due_on"))}


def _return(data: Data, names: Names) -> str:
    suggested = data.get("suggested_name")
    return join(
        _("%(agency)s returned it") % {"agency": data.get("agency_name", "")},
        suggested and _("suggested agency: %(agency)s") % {"agency": suggested},
    )


def _hand_on(data: Data, names: Names) -> str:
    agency = {"agency": data.get("agency_name", "")}
    if after := data.get("successor_name"):
        return _("%(after)s takes it over from %(agency)s, as it stands") % (agency | {"after": after})
    return _("Taken from %(agency)s, where nobody can act: back to triage") % agency


def _hand_on_part(data: Data, names: Names) -> str:
    agency = {"agency": data.get("agency_name", "")}
    if after := data.get("successor_name"):
        text = _("%(after)s takes over the joint part of %(agency)s, to be answered by %(day)s")
        return text % (agency | {"after": after, "day": day(data.get("due_on"))})
    return _("Goes on without the joint part of %(agency)s, where nobody can act") % agency


def _ask_extension(data: Data, names: Names) -> str:
    return _("Asked for %(days)s more working days") % {"days": data.get("days")}


def _grant_extension(data: Data, names: Names) -> str:
    text = _("Granted %(days)s more working days; now to be answered by %(day)s")
    return join(text % {"days": data.get("days"), "day": day(data.get("due_on"))}, provisional(data))


def _suspend(data: Data, names: Names) -> str:
    return _("Suspended until %(day)s at the latest") % {"day": day(data.get("until_on"))}


def _resume(data: Data, names: Names) -> str:
    text = _("Resumed; the deadline moved by %(days)s working days to %(day)s")
    return join(text % {"days": data.get("days"), "day": day(data.get("due_on"))}, provisional(data))


def _notify(data: Data, names: Names) -> str:
    return join(
        _("Sent a notice: %(kind)s") % {"kind": label(EscalationLevel.Kind, data.get("kind"))},
        data.get("to") == "studio" and _("to the studio"),
        data.get("people") and _("to %(names)s") % {"names": _(", ").join(data["people"])},
        data.get("acknowledge_by_on") and _("reply by %(day)s") % {"day": day(data["acknowledge_by_on"])},
        letters.letter(data),
        data.get("letter_waits") and _("the letter waits for a supervisor"),
    )


def _acknowledge(data: Data, names: Names) -> str:
    return _("Replied to the notice and promised %(day)s") % {"day": day(data.get("promised_on"))}


def _recalculate(data: Data, names: Names) -> str:
    moved = {"before": day(data.get("from")), "day": day(data.get("due_on"))}
    text = (
        _("The deadline stays on %(day)s")
        if moved["before"] == moved["day"]
        else _("The deadline moves from %(before)s to %(day)s")
    )
    parts = data.get("parts") and _("moved as well: the joint parts of %(names)s") % {
        "names": _(", ").join(data["parts"])
    }
    return join(text % moved, parts)


def _answer(data: Data, names: Names) -> str:
    text = _("Answered: %(outcome)s") % {"outcome": label(Outcome, data.get("outcome"))}
    return join(
        text,
        data.get("late") and _("after the deadline %(day)s") % {"day": day(data.get("due_on"))},
        data.get("without")
        and _("without the joint part of %(names)s") % {"names": _(", ").join(data["without"])},
    )


def _report_back(data: Data, names: Names) -> str:
    return _("Told the citizen the result by %(how)s") % {"how": label(HowTold, data.get("how"))}


def _call_back(data: Data, names: Names) -> str:
    return _("Called back: reached the citizen") if data.get("reached") else _("Called back: nobody reached")


def _evaluate(data: Data, names: Names) -> str:
    return _("The citizen's evaluation: %(satisfaction)s (by %(how)s)") % {
        "satisfaction": label(Satisfaction, data.get("satisfaction")),
        "how": label(HowRated, data.get("how")),
    }


def _rate(data: Data, names: Names) -> str:
    return _("The deputy's evaluation: %(rating)s") % {"rating": label(Satisfaction, data.get("rating"))}


def _reopen(data: Data, names: Names) -> str:
    alone = data.get("from") and _("it follows %(number)s no longer") % {"number": data["from"]}
    facts = {"round": data.get("round"), "day": day(data.get("handling_due_on"))}
    if data.get("to") == "triage":
        return join(_("Reopened, round %(round)s: back to triage") % facts, alone)
    text = _("Reopened, round %(round)s: the same agency, designated; to be answered by %(day)s") % facts
    left = data.get("joint_left") and _("without %(names)s, where nobody can act") % {
        "names": _(", ").join(data["joint_left"])
    }
    return join(text, provisional(data), _joint(data), left, alone)


DESCRIPTIONS: dict[str, Callable[[Data, Names], str]] = {
    "register": _register,
    "amend": _amend,
    "move": _move,
    "withdraw": lambda data, names: _("Withdrew it at the citizen's request"),
    "undo_import": lambda data, names: _("Undid the import that had brought it"),
    "archive": lambda data, names: _("Kept it as an archive of the former ledger, without supervision"),
    "erase": lambda data, names: _("Erased the words and the personal data"),
    "give_copy": lambda data, names: _("Made a copy for the citizen of what is kept about them"),
    "reissue_code": notes.reissue_code,
    "classify": _classify,
    "redact": _redact,
    "route": _route,
    "recall": lambda data, names: _("Took it back from %(agency)s") % {"agency": data.get("agency_name", "")},
    "decline": _decline,
    "merge": _merge,
    "unmerge": _unmerge,
    "reconsider": lambda data, names: _("Sent it back to triage, to be looked at again"),
    "issue_handover": letters.issue_handover,
    "issue_reply": letters.issue_reply,
    "sign": _sign,
    "joint_sign": _joint_sign,
    "joint_answer": _joint_answer,
    "joint_return": _joint_return,
    "return_it": _return,
    "hand_on": _hand_on,
    "hand_on_part": _hand_on_part,
    "ask_extension": _ask_extension,
    "grant_extension": _grant_extension,
    "refuse_extension": lambda data, names: _("Refused the extension; the deadline stays"),
    "suspend": _suspend,
    "resume": _resume,
    "ask_citizen": notes.ask_citizen,
    "answer_question": notes.answer_question,
    "notify": _notify,
    "issue_supervision": letters.issue_supervision,
    "acknowledge": _acknowledge,
    "escalate": lambda data, names: _("Took the matter up as a deputies' proposal"),
    "recalculate": _recalculate,
    "answer": _answer,
    "report_back": _report_back,
    "not_told": lambda data, names: _("The text message could not be delivered: to be reported back again"),
    "call_back": _call_back,
    "share_answer": lambda data, names: (
        _("Passed the answer of %(number)s on to the citizen") % {"number": data.get("of", "")}
    ),
    "evaluate": _evaluate,
    "rate": _rate,
    "close": lambda data, names: _("Closed"),
    "sign_off_letter": letters.sign_off_letter,
    "file_paper": letters.file_paper,
    "reopen": _reopen,
    "supplement": notes.supplement,
    "share_supplement": notes.share_supplement,
    "explain": lambda data, names: _("The deputy told the citizen a first word"),
    "note_progress": notes.note_progress,
    "note_internally": lambda data, names: _("Note among the staff; the citizen does not see it"),
}

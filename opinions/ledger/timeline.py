"""The ledger told as a story: each row becomes one plain sentence, with who, when, the words said, and the rule."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.templatetags.liaison import localdate_short
from opinions.lifecycle.origins import IMPORT, PORTAL
from opinions.lifecycle.reasons import Satisfaction
from opinions.lifecycle.transitions import ACTIONS, CITIZEN, JOINT, SYSTEM
from opinions.models import Category, EscalationLevel
from studios.models import Role

from .event_descriptions import DESCRIPTIONS, with_void_letters

ROLES = {
    **dict(Role.choices),
    JOINT: gettext_lazy("joint handler"),
    CITIZEN: gettext_lazy("citizen"),
    SYSTEM: gettext_lazy("by rule"),
}
HARSH = (EscalationLevel.Kind.SUPERVISE, EscalationLevel.Kind.CIRCULATE)


@dataclass(frozen=True)
class TimelineEntry:
    """One line of the timeline. `new_round`: with it a round begins."""

    code: str
    sentence: str
    who: str
    at: datetime
    words: str
    why: str
    tone: str
    icon: str
    round: int
    by_id: int | None
    key: int
    sequence: int

    @property
    def new_round(self) -> bool:
        return self.code == "reopen"


def newest_sentence(opinion) -> str:
    """What was done in the step that just returned `opinion`."""
    event = opinion.last_event
    return sentence(event, category_names([event], opinion))


def entries_of(opinion, *, since=0, shown=None) -> list[TimelineEntry]:
    """The opinion's story after ledger row `since`, in order; two queries at most, however long it is.

    `shown` (opinions.privacy.masking.CitizenView) keeps from the words what the reader may not see.
    """
    events = opinion.events.filter(sequence__gt=since).select_related("words").order_by("sequence")
    names = category_names(events, opinion)
    return [entry(event, names, shown) for event in events]


def category_names(events, opinion=None) -> dict[str, str]:
    """Names of the categories that the rows speak of; no query when there is none but the opinion's own."""
    codes = {event.data.get("category") for event in events} - {None}
    names = {}
    if opinion and opinion.category_id in codes:
        names[opinion.category_id] = opinion.category.name
    if codes := codes - set(names):
        names.update(Category.objects.filter(code__in=codes).values_list("code", "name"))
    return names


def entry(event, names=None, shown=None) -> TimelineEntry:
    """One ledger row in words."""
    words = event.words.text if hasattr(event, "words") else ""
    if hasattr(event, "words") and event.words.erased_at:
        words = _("(erased after the retention time)")
    action = ACTIONS.get(event.action)
    return TimelineEntry(
        code=event.action,
        sentence=sentence(event, names or {}),
        who=who(event),
        at=event.at,
        words=shown.words(words) if shown else words,
        why=why(event.data.get("why")),
        tone=tone(event),
        icon=action.icon if action else "dot",
        round=event.round,
        by_id=event.by_id,
        key=event.pk,
        sequence=event.sequence,
    )


def sentence(event, names) -> str:
    """What was done. An action that this page does not know yet is at least named."""
    if event.action in DESCRIPTIONS:
        return with_void_letters(DESCRIPTIONS[event.action](event.data, names), event.data)
    return str(ACTIONS[event.action].label) if event.action in ACTIONS else event.action


def who(event) -> str:
    """`name · role` as it was on that day; the system and the citizen by what they are."""
    if event.by_id is None:
        return _("Citizen, on the public pages") if event.via == PORTAL else _("System, by rule")
    role = ROLES.get(event.data.get("as"))
    named = f"{event.actor} · {role}" if role else event.actor
    return (
        _("%(who)s (entered from the office's old records)") % {"who": named}
        if event.via == IMPORT
        else named
    )


def tone(event) -> str:
    data = event.data
    if event.action == "evaluate":
        return "bad" if data.get("satisfaction") == Satisfaction.NOT else "good"
    if event.action == "notify":
        return "bad" if data.get("kind") in HARSH else "warn"
    of_action = ACTIONS[event.action].tone if event.action in ACTIONS else ""
    return of_action or ("system" if event.by_id is None else "")


def why(reason) -> str:
    """The rule behind an automatic step, its words and its confidence."""
    if not reason:
        return ""
    rule = reason.get("rule")
    return RULES[rule](reason) if rule in RULES else _("By rule: %(rule)s.") % {"rule": rule}


def _keywords(reason) -> str:
    return _("By rule: “%(words)s” point to “%(category)s”; confidence %(percent)d%%.") % {
        "words": _(", ").join(reason.get("words", [])),
        "category": reason.get("category", ""),
        "percent": round(100 * reason.get("confidence", 0)),
    }


def _model(reason) -> str:
    if not reason.get("words"):
        return _("By the trained model (version %(version)s); confidence %(percent)d%%.") % {
            "version": reason.get("version"),
            "percent": round(100 * reason.get("confidence", 0)),
        }
    return _(
        "By the trained model (version %(version)s): “%(words)s” point to “%(category)s”; confidence %(percent)d%%."
    ) % {
        "version": reason.get("version"),
        "words": _(", ").join(reason.get("words", [])),
        "category": reason.get("category", ""),
        "percent": round(100 * reason.get("confidence", 0)),
    }


def _routing(reason) -> str:
    words = _(", ").join(reason.get("words", []))
    if not words:
        return _("By the routing rule “%(name)s”.") % {"name": reason.get("name")}
    return _("By the routing rule “%(name)s”: it says “%(words)s”.") % {
        "name": reason.get("name"),
        "words": words,
    }


def _window(reason) -> str:
    until = localdate_short(date.fromisoformat(reason["until"]))
    return _("By rule: nobody evaluated it until %(day)s, the last day of the window.") % {"day": until}


def _promise(reason) -> str:
    """The ladder came early."""
    day = localdate_short(date.fromisoformat(reason["promised_on"]))
    said = _("The promise for %(day)s was not kept; by the supervision ladder, level %(level)s: %(kind)s.")
    return said % ({"day": day} | _rung(reason))


def _ladder(reason) -> str:
    return _("By the supervision ladder, level %(level)s: %(kind)s.") % _rung(reason)


def _rung(reason) -> dict:
    """Level and kind of a step of the ladder, of which the ledger keeps “3 · 督办” (str of a EscalationLevel)."""
    level, _dot, kind = reason.get("rung", "").partition(" · ")
    return {"level": level, "kind": kind}


RULES = {
    "keywords": _keywords,
    "model": _model,
    "routing": _routing,
    "chosen": lambda reason: _(
        "By rule: the category was chosen when it was written down, and says whose matter it is."
    ),
    "ladder": _ladder,
    "promise": _promise,
    "window": _window,
    "nobody": lambda reason: (
        _("By rule: nobody at %(agency)s can act.") % {"agency": reason.get("agency", "")}
    ),
    "agency_left": lambda reason: (
        _("By rule: %(agency)s can no longer act; decided by %(by)s.")
        % {"agency": reason.get("agency", ""), "by": reason.get("by", "")}
    ),
    "sms": lambda reason: _("By rule: the gateway refused the text message for good."),
    "told_again": lambda reason: (
        _("By rule: the same matter was told again in %(number)s.") % {"number": reason.get("number", "")}
    ),
    "lead_withdrawn": lambda reason: (
        _("By rule: the citizen of %(number)s, which it followed, took that one back.")
        % {"number": reason.get("number", "")}
    ),
    "township": lambda reason: (
        _("By decree %(decree)s, in force from %(on)s.")
        % {"decree": reason.get("decree", ""), "on": reason.get("on", "")}
    ),
    "calendar": lambda reason: (
        _("By rule: the calendar of %(year)s was published or corrected.") % {"year": reason.get("year")}
    ),
}

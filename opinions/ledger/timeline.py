"""The ledger as a timeline: each row becomes one plain sentence, with who, when, its text, and the rule behind it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.templatetags.liaison import localdate_short
from opinions.lifecycle.origins import IMPORT, PORTAL, SMS
from opinions.lifecycle.reasons import Satisfaction
from opinions.lifecycle.transitions import ACTIONS, CITIZEN, JOINT, SYSTEM
from opinions.models import Category, EscalationLevel, Event, Opinion
from opinions.privacy.masking import CitizenView
from studios.models import Role

from .event_descriptions import DESCRIPTIONS
from .letter_descriptions import with_void_letters
from .phrases import Names

# What a ledger row records of the rule behind an automatic step; its keys depend on the rule.
Reason = Mapping[str, Any]

ROLES = {
    **dict(Role.choices),
    JOINT: gettext_lazy("joint handler"),
    CITIZEN: gettext_lazy("citizen"),
    SYSTEM: gettext_lazy("by rule"),
}
HARSH = (EscalationLevel.Kind.SUPERVISE, EscalationLevel.Kind.CIRCULATE)


@dataclass(frozen=True)
class TimelineEntry:
    """One line of the timeline. `words`: the text recorded with it; `why`: the rule, for an automatic step."""

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
        """True for the line with which a round begins."""
        return self.code == "reopen"


def newest_sentence(opinion: Opinion) -> str:
    """Describe the last action on `opinion`, which the workflow function that performed it has just returned."""
    event = opinion.last_event  # type: ignore[attr-defined]  # set by workflow.transition, on this instance only
    return sentence(event, category_names([event], opinion))


def entries_of(opinion: Opinion, *, since: int = 0, shown: CitizenView | None = None) -> list[TimelineEntry]:
    """Return the opinion's timeline after ledger row `since`, oldest first, with two queries at most.

    `shown` masks in the texts what the reader may not see; without it they are complete.
    """
    events = opinion.events.filter(sequence__gt=since).select_related("words").order_by("sequence")
    names = category_names(events, opinion)
    return [entry(event, names, shown) for event in events]


def category_names(events: Iterable[Event], opinion: Opinion | None = None) -> dict[str, str]:
    """Return the names of the rows' categories, by code; without a query when there is none but the opinion's."""
    codes = {event.data.get("category") for event in events} - {None}
    names: dict[str, str] = {}
    # The key is compared first: to read the category itself may cost a query.
    if opinion and opinion.category_id in codes and opinion.category:
        names[opinion.category.code] = opinion.category.name
    if codes := codes - set(names):
        names.update(Category.objects.filter(code__in=codes).values_list("code", "name"))
    return names


def entry(event: Event, names: Names | None = None, shown: CitizenView | None = None) -> TimelineEntry:
    """Return one ledger row as a line of the timeline; for `names` and `shown` see category_names and entries_of."""
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


def sentence(event: Event, names: Names) -> str:
    """Return what was done. An action without a description is at least named."""
    if event.action in DESCRIPTIONS:
        return with_void_letters(DESCRIPTIONS[event.action](event.data, names), event.data)
    return str(ACTIONS[event.action].label) if event.action in ACTIONS else event.action


def who(event: Event) -> str:
    """Return `name · role` as they were on that day, or that it was the citizen or the system."""
    if event.by_id is None and event.via == SMS:
        return _("Citizen, by text message")
    if event.by_id is None:
        return _("Citizen, on the public pages") if event.via == PORTAL else _("System, by rule")
    role = ROLES.get(event.data.get("as"))
    name_and_role = f"{event.actor} · {role}" if role else event.actor
    return (
        _("%(who)s (entered from the office's old records)") % {"who": name_and_role}
        if event.via == IMPORT
        else name_and_role
    )


def tone(event: Event) -> str:
    """Return the class of colour of the line: “good”, “bad”, “warn”, “system”, that of its action, or none (empty)."""
    data = event.data
    if event.action == "evaluate":
        return "bad" if data.get("satisfaction") == Satisfaction.NOT else "good"
    if event.action == "notify":
        return "bad" if data.get("kind") in HARSH else "warn"
    of_action = ACTIONS[event.action].tone if event.action in ACTIONS else ""
    return of_action or ("system" if event.by_id is None else "")


def why(reason: Reason | None) -> str:
    """Describe the rule behind an automatic step with its words and confidence; empty for a step without a rule."""
    if not reason:
        return ""
    rule = reason.get("rule")
    return RULES[rule](reason) if rule in RULES else _("By rule: %(rule)s.") % {"rule": rule}


def _keywords(reason: Reason) -> str:
    return _("By rule: “%(words)s” point to “%(category)s”; confidence %(percent)d%%.") % {
        "words": _(", ").join(reason.get("words", [])),
        "category": reason.get("category", ""),
        "percent": round(100 * reason.get("confidence", 0)),
    }


def _model(reason: Reason) -> str:
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


def _routing(reason: Reason) -> str:
    words = _(", ").join(reason.get("words", []))
    if not words:
        return _("By the routing rule “%(name)s”.") % {"name": reason.get("name")}
    return _("By the routing rule “%(name)s”: it says “%(words)s”.") % {
        "name": reason.get("name"),
        "words": words,
    }


def _window(reason: Reason) -> str:
    until = localdate_short(date.fromisoformat(reason["until"]))
    return _("By rule: nobody evaluated it until %(day)s, the last day of the window.") % {"day": until}


def _promise(reason: Reason) -> str:
    """Describe an escalation that came early."""
    day = localdate_short(date.fromisoformat(reason["promised_on"]))
    text = _("The promise for %(day)s was not kept; by the escalation policy, level %(level)s: %(kind)s.")
    return text % ({"day": day} | _level(reason))


def _escalation(reason: Reason) -> str:
    return _("By the escalation policy, level %(level)s: %(kind)s.") % _level(reason)


def _level(reason: Reason) -> dict[str, str]:
    """Split an escalation level as the ledger keeps it (“3 · 督办”, str of an EscalationLevel)."""
    level, _dot, kind = reason.get("rung", "").partition(" · ")
    return {"level": level, "kind": kind}


RULES: dict[str, Callable[[Reason], str]] = {
    "keywords": _keywords,
    "model": _model,
    "routing": _routing,
    "chosen": lambda reason: _(
        "By rule: the category was chosen when it was written down, and says whose matter it is."
    ),
    "ladder": _escalation,
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

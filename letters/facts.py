"""What a letter may say: the placeholders of every template, and how anyone's text becomes plain text in them."""

import unicodedata
from typing import Any

from django.utils.translation import gettext_lazy as _

# Name → what it is, and its value when a template is tested. A list is one line each.
PLACEHOLDERS = {
    "organ": (_("the organ that signs"), "吉首市人民代表大会常务委员会办公室"),
    "number": (_("the letter's number"), "吉人大办交〔2026〕12号"),
    "date": (_("the day of issue"), "2026年11月25日"),
    "addressee": (_("to whom it is addressed"), "吉首市交通运输局"),
    "opinion": (_("the opinion's number"), "433101-2026-000123"),
    "title": (_("the opinion's title"), "公交站台没有雨棚"),
    "told_on": (_("the day on which it was told"), "2026年11月20日"),
    "place": (_("where it was told"), "乾州街道"),
    "matter": (_("the citizen's words, line by line"), ["下雨天等公交都淋湿。", "希望装一个雨棚。"]),
    "agency": (_("the lead agency"), "吉首市交通运输局"),
    "joint": (_("the joint agencies"), "吉首市城市管理局"),
    "days": (_("the limit in working days"), "15"),
    "due": (_("the day by which it is to be answered"), "2026年12月16日"),
    "reply_by": (_("the day by which the notice is to be replied to"), "2026年11月26日"),
    "words": (_("the officer's or supervisor's words, line by line"), ["请实地查看后答复。"]),
    "answer": (_("the agency's answer, line by line"), ["雨棚已于本周装好。"]),
    "outcome": (_("the outcome"), "已解决"),
    "round": (_("the round, from 1"), "1"),
    "rule": (_("the rule that sets the limits"), "《吉首市人大代表联系群众工作室群众意见办理办法》"),
    "contact": (_("contact of the office"), "李明，0743-8222333"),
    "studio": (_("the studio where it was told"), "乾州街道代表联系群众工作室"),
    "studio_phone": (_("the studio's phone"), "0743-8222111"),
    "short_title": (_("the title, if it is short enough for the letter's own"), "公交站台没有雨棚"),
    "days_from": (_("whose limit it is"), "投诉类"),
    "provisional": (_("filled if the day may still move"), "1"),
    "routed_on": (_("the day on which it was routed"), "2026年11月25日"),
    "sign_due": (_("the day by which it is to be signed for"), "2026年11月26日"),
    "designated": (_("filled if it may not be returned"), "1"),
    "return_by": (_("the day by which it may be returned"), "2026年11月27日"),
    "again": (_("filled in a new round"), "1"),
    "again_reason": (_("what is still unsolved, line by line"), ["站台还是没有雨棚。"]),
    "answered_on": (_("the day of the former answer"), "2026年11月24日"),
    "step": (_("the step that is late"), "签收"),
    "undone": (_("that this step is not done"), "尚未签收"),
    "demand": (_("what is demanded"), "请立即签收并抓紧办理。"),
    "step_days": (_("the limit of this step in working days"), "1"),
    "step_from": (_("whose limit of this step it is"), "各类意见统一执行"),
    "step_start": (_("the day from which this step is counted"), "2026年11月25日"),
    "step_due": (_("the last day of this step"), "2026年11月26日"),
    "added_days": (_("working days added by extension or suspension"), "3"),
    "overdue": (_("filled if the last day has passed"), "1"),
    "late_days": (_("working days late; empty if none"), "3"),
    "earlier": (_("the notices sent before"), "11月26日提醒、11月27日催办"),
    "broken_promise": (_("the day promised and not kept"), "2026年11月27日"),
    "handover_number": (_("the number of the hand-over letter"), "吉人大办交〔2026〕12号"),
    "window_until": (_("the last day for evaluating the answer"), "2026年12月30日"),
    "instead_of": (_("the void letter that this one replaces"), "吉人大办交〔2026〕11号"),
    "deputy": (_("the deputy to whom it was told"), "石梅"),
    "village": (_("the village or street; empty if the citizen wants secrecy"), "䶮家村三组"),
    "urgency": (_("the mark of an urgent letter"), "加急"),
    "secret": (_("filled if the citizen wants secrecy"), "1"),
    "long": (_("filled if the citizen's words are an enclosure"), "1"),
    "enclosures": (_("what is enclosed"), "1. 群众反映的内容；2. 照片2张（在系统中查看）"),
    "joint_due": (_("the day by which joint agencies report"), "2026年12月9日"),
    "copies": (_("who else gets a copy"), "吉首市人民政府办公室"),
    "previous": (_("former letters of this kind about it"), "吉人大办督〔2026〕3号"),
    "times": (_("which supervision letter it is, from the second on"), "2"),
    "studio_address": (_("the studio's address"), "乾州街道人民中路8号"),
    "outcome_said": (_("the outcome in words for the citizen"), "已解决"),
}
LISTS = frozenset(name for name, (_label, sample) in PLACEHOLDERS.items() if isinstance(sample, list))
# Marks that turn the direction of the text around them: a title could make a whole line read backwards.
_TURNING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}


def sample() -> dict[str, Any]:
    """Return a value for every placeholder, for testing a template."""
    return {name: value for name, (_label, value) in PLACEHOLDERS.items()}


def plain(text: object) -> str:
    """Return one line of text as a letter shows it: no control characters (XML refuses them), none that turn the
    direction of the text."""
    return "".join(
        " " if character in "\n\t\r" else character for character in str(text) if _shown(character)
    )


def _shown(character: str) -> bool:
    if character in "\n\t\r":
        return True
    code = ord(character)
    return (
        unicodedata.category(character) not in ("Cc", "Cs")
        and code & 0xFFFE != 0xFFFE
        and code not in _TURNING
    )


def lines(text: object) -> list[str]:
    """Return anyone's text line by line, without the empty lines; a list, as a letter keeps its lines, likewise."""
    if isinstance(text, list):
        text = "\n".join(map(str, text))
    return [line for line in (plain(part).strip() for part in str(text).splitlines()) if line]


def complete(facts: dict[str, Any]) -> dict[str, Any]:
    """Return `facts` for every placeholder, each plain; what was not given is empty. Raises ValueError for an unknown
    name, which is a mistake of ours."""
    if unknown := set(facts) - set(PLACEHOLDERS):
        raise ValueError(f"no placeholder is called {sorted(unknown)}")
    return {
        name: lines(facts.get(name, "")) if name in LISTS else plain(facts.get(name, ""))
        for name in PLACEHOLDERS
    }

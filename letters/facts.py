"""What a letter may say: the placeholders of every template, and how anyone's words become plain text in them."""

import unicodedata

from django.utils.translation import gettext_lazy as _

# Name → what it is, and what stands there when a template is tried out. A list is one line each.
PLACEHOLDERS = {
    "organ": (_("the organ that signs"), "吉首市人民代表大会常务委员会"),
    "number": (_("the letter's number"), "吉人大交〔2026〕12号"),
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
}
LISTS = frozenset(name for name, (_label, sample) in PLACEHOLDERS.items() if isinstance(sample, list))
# Marks that turn the direction of the text around them: a title could make a whole line read backwards.
_TURNING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}


def sample() -> dict:
    return {name: value for name, (_label, value) in PLACEHOLDERS.items()}


def plain(text) -> str:
    """One line of text as a letter shows it: no control characters (XML refuses them), none that turn the text."""
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


def lines(text) -> list[str]:
    """Anyone's text line by line, without the empty ones."""
    return [line for line in (plain(part).strip() for part in str(text).splitlines()) if line]


def complete(facts: dict) -> dict:
    """`facts` for every placeholder, each plain; what was not given is empty. Unknown names are a mistake of ours."""
    if unknown := set(facts) - set(PLACEHOLDERS):
        raise ValueError(f"no placeholder is called {sorted(unknown)}")
    return {
        name: lines(facts.get(name, "")) if name in LISTS else plain(facts.get(name, ""))
        for name in PLACEHOLDERS
    }

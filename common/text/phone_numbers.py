"""Telephone numbers, in whatever form they were typed: one rule for desk, portal, messages, imports, registers."""

import re
import unicodedata

from .visible import NAMELESS, QUOTE, visible

# Mobile: 11 digits from 13 to 19. Landline: area code with its 0, then 7 or 8 digits; within the prefecture
# people leave the area code out.
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})")
LOCAL = re.compile(r"[2-8]\d{6,7}")
SERVICE = re.compile(r"[48]00\d{7}")
TYPED = re.compile(r"[\d\s()+\-.]*")
IDENTITY = re.compile(r"[1-9]\d{16}[\dXx]|[1-9]\d{14}")  # of a person: 18 characters, formerly 15
NUMBER = re.compile(r"(?<![\d*])\+?\(?\d[\d\s()+\-.]*\d(?![\d*])")
BETWEEN = re.compile(r"[\n\r/／、，,；;|和或及]+")
LABEL = re.compile(
    r"^(?:联系|手机|移动|固定)?(?:电话|手机|号码|方式|座机|tel|phone)?(?:号码?)?\s*[:：]\s*", re.IGNORECASE
)
# Who a number belongs to: “13800138000(儿子)”, “儿子13800138000”.
WHOSE = re.compile(r"[（(][^()（）\d]{1,10}[)）]|^[\u4e00-\u9fff]{1,6}(?=\d)|(?<=\d)[\u4e00-\u9fff]{1,6}$")
EXTENSION = re.compile(r"(?:转|分机|ext\.?)\s*\d{1,6}$", re.IGNORECASE)
SHORT_EXTENSION = re.compile(r"(?<=\d{7})-\d{1,4}$")
PLACEHOLDERS = NAMELESS | {
    "未留电话",
    "无电话",
    "不愿透露",
    "不便",
    "未提供",
    "未填",
    "保密",
    "没有",
    "0",
    "#N/A",
}


class NoNumber(ValueError):
    """The text is no telephone number; `kind` says what it is instead: identity, masked, or text."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def digits(phone: str) -> str:
    """Return a phone number as it is indexed: digits only, without the country code."""
    only = re.sub(r"\D", "", phone)
    return only[2:] if len(only) == 13 and only.startswith("86") else only


def normal(typed: str) -> str:
    """Return the number in one form: `+86 138-0013 8000` → `13800138000`, `(0743)8222333` → `0743-8222333`; empty for
    anything but a whole number.

    Full-width digits, spaces, dashes, dots, brackets, the country code and characters that nobody sees are tolerated.
    """
    plain = QUOTE.sub("", unicodedata.normalize("NFKC", visible(typed)).strip())
    plain = re.sub(r"[\u2010-\u2015\u2212]", "-", plain)
    if not plain.isascii() or not TYPED.fullmatch(plain):
        return ""
    number = digits(plain)
    number = re.sub(r"^(?:00)?86(?=0?\d{10,11}$)", "", number)
    if MOBILE.fullmatch(number) or LOCAL.fullmatch(number) or SERVICE.fullmatch(number):
        return number
    landline = LANDLINE.fullmatch(number)
    return f"{landline[1]}-{landline[2]}" if landline else ""


def numbers(typed: str) -> list[str]:
    """Return every number of a cell in its one form, in their order: mobiles first, for they can be texted. Empty for
    an empty cell and for words that say there is none (无, 不详, -). Raises NoNumber for anything else: an identity
    number, a masked number, text (打给村支书), a number with a digit too few."""
    text = visible(unicodedata.normalize("NFKC", typed))
    if not text or text in PLACEHOLDERS or not text.strip("-—/\\*·. "):
        return []
    found: list[str] = []
    for part in BETWEEN.split(text):
        for number in _in_part(part.strip()):
            if number not in found:
                found.append(number)
    if not found:
        raise NoNumber("text")
    return sorted(found, key=lambda number: not MOBILE.fullmatch(number))


def _in_part(part: str) -> list[str]:
    if not part:
        return []
    if IDENTITY.fullmatch(re.sub(r"\s", "", part)):
        raise NoNumber("identity")
    if "*" in part:
        raise NoNumber("masked")
    plain = LABEL.sub("", QUOTE.sub("", part))
    plain = EXTENSION.sub("", WHOSE.sub("", plain).strip())
    if number := normal(plain) or normal(SHORT_EXTENSION.sub("", plain)):
        return [number]
    # “13800138000 0743-8222123”: two numbers with a blank between them, each whole.
    parts = [normal(SHORT_EXTENSION.sub("", one)) for one in re.split(r"\s+", plain)]
    if len(parts) > 1 and all(parts):
        return parts
    raise NoNumber("text")

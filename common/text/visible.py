"""Characters: what the eye does not see is no text. Every text from outside (form, import, portal, message) goes
through `visible` before it is stored or compared; codes, names and words through their own readers, built on it."""

import re
import unicodedata

# Zero-width and directional marks, the soft hyphen, fillers, tags: nothing is seen of them. The joiner U+200D and the
# selector U+FE0F are not among them: they make one picture of several emoji.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
JOINER = re.compile(
    "(?<![\u2190-\u2bff\U0001f000-\U0001faff\ufe0f])\u200d|\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])"
)
SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]")
CHINESE = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
QUOTE = re.compile("^['’‘`＇]+(?=\\w)")  # Excel's mark of a text, typed or copied along
MIDDLE_DOT = re.compile(f"\\s*[·•・･‧∙⋅]\\s*|(?<=[{CHINESE}])\\s*[.．‐]\\s*(?=[{CHINESE}])")
IN_NAME = re.compile(f"(?<=[{CHINESE}])\\s+(?=[{CHINESE}])")
NAMELESS = frozenset(
    [
        "无",
        "无名",
        "无名氏",
        "未知",
        "不详",
        "不祥",
        "匿名",
        "佚名",
        "未留",
        "未留名",
        "没留",
        "暂无",
        "/",
        "\\",
        "-",
        "--",
        "—",
        "——",
        "、",
        "*",
        "空",
    ]
)
# Characters of names for which old systems and fonts of China used the private area, and what they are (GB 18030-2022).
PRIVATE = {
    "\ue81e": "\u9fb4", "\ue826": "\u9fb5", "\ue82b": "\u9fb6", "\ue82c": "\u9fb7", "\ue832": "\u9fb8",
    "\ue843": "\u9fb9", "\ue854": "\u9fba", "\ue864": "\u9fbb", "\ue816": "\U00020087", "\ue817": "\U00020089",
    "\ue818": "\U000200cc", "\ue831": "\U000215d7", "\ue83b": "\U0002298f", "\ue855": "\U000241fe",
}  # fmt: skip
FROM_PRIVATE = str.maketrans(PRIVATE)


def visible(text: str) -> str:
    """Return `text` composed (NFC), without the characters that nobody sees and without blanks at its ends; every kind
    of space within a line is a plain blank. A text of such characters alone is empty."""
    text = SPACES.sub(" ", JOINER.sub("", UNSEEN.sub("", unicodedata.normalize("NFC", text))))
    text = text.strip(" \t\r\n\v\f\u3000\u2028\u2029\u2800")
    return "" if not text.strip("\ufe0e\ufe0f\u200d") else text


def code(text: str) -> str:
    """Return a number or code in its one form: half width, without blanks inside, without Excel's quote mark."""
    return QUOTE.sub("", re.sub(r"\s+", "", unicodedata.normalize("NFKC", visible(text))))


def word(text: str) -> str:
    """Return a word to be compared: half width, without blanks, capitals and the punctuation around it."""
    return code(text).casefold().strip("。.,，;；:：、!！?？·\"“”'()[]【】<>《》-—_")


def name(text: str) -> str:
    """Return a person's name in its one form: no blank between Chinese characters (测　一 is 测一), one kind of dot
    (阿依•古 is 阿依·古), private-use characters as the ones they stand for; empty for a word that says there is
    none."""
    text = visible(text).translate(FROM_PRIVATE)
    text = IN_NAME.sub("", " ".join(text.split()))
    if re.search(f"[{CHINESE}]", text):
        text = MIDDLE_DOT.sub("·", text)
    return "" if text in NAMELESS else text.strip("·")

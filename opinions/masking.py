"""What a person may see of the citizen behind an opinion: the name, the number, and those hidden in the words.

Source: 个人信息保护法 (show no more than the work needs). Who works with the citizen reads the words as they were
said; everybody else reads them without phone and ID numbers. One record at a time is revealed, with a reason.
"""

import re
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from studios.scope import roles_over, scope_of

# Who deals with the citizen, or decides on the matter, over the row.
CLOSE = frozenset(["clerk", "triage_officer", "supervisor"])
AGENCY = frozenset(["handler", "joint_handler"])

# Mobile numbers also as they are said: 138 0013 8000, 138-0013-8000, +86 …
_MOBILE = re.compile(r"(?<!\d)((?:\+?86[\s-]?)?1[3-9]\d)([\s-]?)(\d{4})([\s-]?)(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}[\s-]?)(\d{3,4})(\d{4})(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)(\d{6})(\d{8}|\d{6})(\d{3}[\dXx]|\d{3})(?![\dXx])")


def mask_words(text: str) -> str:
    """`text` with the middle of every phone and ID number starred; what else it says stays."""
    text = _IDENTITY.sub(lambda m: f"{m[1]}{'*' * len(m[2])}{m[3]}", text)
    text = _MOBILE.sub(lambda m: f"{m[1]}{m[2]}****{m[4]}{m[5]}", text)
    return _LANDLINE.sub(lambda m: f"{m[1]}{'*' * len(m[2])}{m[3]}", text)


def masked(opinion, text: str) -> str:
    """Anything said about `opinion` as everybody may read it: without numbers, and without a name to be kept secret."""
    return mask_words(without_name(opinion, text) if opinion.keep_secret else text)


def without_name(opinion, text: str) -> str:
    name = opinion.citizen_name
    return text.replace(name, "*" * len(name)) if name else text


def list_title(opinion) -> str:
    """The title as lists show it, to everybody."""
    return masked(opinion, opinion.title)


SEARCHED = ("title", "body", "place")
# Wherever `mask_words` stars anything there are so many digits; the comparison is the database's.
_LONG_NUMBER = "([0-9０-９][ -]?){10}"


def findable(rows, words: list[str], user) -> Q:
    """Which of `rows`, found by `words`, `user` may find by them: else what is hidden from the eye would be learned by
    searching. Who does not work with the citizen finds no text with a phone or ID number in it by digits, and the
    agency finds of a secret citizen's opinion only what it may read."""
    scope = scope_of(user)
    if scope.roles <= CLOSE:
        return Q()
    close, may = scope.rows(rows.model, *CLOSE), Q()
    if any(letter.isdigit() for word in words for letter in word):
        for column in SEARCHED:
            may &= ~Q(**{f"{column}__regex": _LONG_NUMBER})
    if scope.has("handler"):
        may &= Q(keep_secret=False) | Q(pk__in=_read_of_secret(rows.exclude(close), words))
    return may | close if may else may


def _read_of_secret(rows, words) -> list[int]:
    """Those of the secret citizens' opinions in which the words stand where the agency may read them."""
    rows = rows.filter(keep_secret=True).select_related(None).only(*SEARCHED, "keep_secret", "citizen_name")
    return [
        row.pk
        for row in rows
        if all(any(word.lower() in text for text in _read_texts(row)) for word in words)
    ]


def _read_texts(row) -> list[str]:
    return [masked(row, getattr(row, name)).lower() for name in SEARCHED]


@dataclass(frozen=True)
class Shown:
    """One opinion's citizen in the eyes of one person. `hidden`: the agency learns nothing of who it was."""

    opinion: object
    clear: bool
    hidden: bool
    may_reveal: bool
    may_copy: bool = False

    @property
    def name(self) -> str:
        return _("kept secret") if self.hidden else self.opinion.shown_name or _("anonymous")

    @property
    def phone(self) -> str:
        return "" if self.hidden else self.opinion.shown_phone

    @property
    def title(self) -> str:
        return self.words(self.opinion.title)

    @property
    def body(self) -> str:
        return self.words(self.opinion.body)

    @property
    def place(self) -> str:
        return self.words(self.opinion.place)

    @property
    def recorded_for(self) -> str:
        """Who interpreted or wrote it down is near the citizen: a secret one's neighbour is not named either."""
        return "" if self.hidden else self.words(self.opinion.recorded_for)

    def words(self, text: str) -> str:
        """Anything that was said about the opinion, as this person may read it."""
        if self.clear:
            return text
        return mask_words(without_name(self.opinion, text) if self.hidden else text)


def shown_to(opinion) -> Shown:
    """What the person through whose scope `opinion` was fetched (`with_roles`) may see."""
    roles = roles_over(opinion)
    hidden = opinion.keep_secret and roles <= AGENCY
    may_reveal = bool(roles & CLOSE) or ("handler" in roles and not opinion.keep_secret)
    known = bool(opinion.citizen_name or opinion.citizen_phone)
    return Shown(
        opinion,
        clear=bool(roles & CLOSE),
        hidden=hidden,
        may_reveal=may_reveal and known,
        may_copy="supervisor" in roles,
    )

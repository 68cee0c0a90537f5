"""What a person may see of the citizen behind an opinion: the name, the number, and those hidden in the words.

Source: 个人信息保护法 (show no more than the work needs). Who works with the citizen reads the words as they were
said; everybody else reads them without phone and ID numbers. One record at a time is revealed, with a reason.
"""

import re
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.security.crypto import phone_index, tail_index
from common.security.numbers import mask_numbers
from opinions.privacy import phone_numbers
from studios.permissions.scope import NOTHING, roles_over, scope_of

# Who deals with the citizen, or decides on the matter, over the row.
CLOSE = frozenset(["clerk", "triage_officer", "supervisor"])
AGENCY = frozenset(["handler", "joint_handler"])


def masked(opinion, text: str) -> str:
    """Anything said about `opinion` as everybody may read it: without numbers, and without a name to be kept secret."""
    return mask_numbers(without_name(opinion, text) if opinion.keep_secret else text)


def without_name(opinion, text: str) -> str:
    name = opinion.citizen_name
    return text.replace(name, "*" * len(name)) if name else text


def list_title(opinion) -> str:
    """The title as lists show it, to everybody."""
    return masked(opinion, opinion.title)


# In these a search looks for words. Numbers and secret names are encrypted where they stand (ADR 0030), so that nobody
# learns by searching what is hidden from the eye.
SEARCHED = ("title", "body", "place")


def by_phone(value: str, model, user) -> Q:
    """A whole number finds what its owner told, for those who deal with citizens."""
    number = phone_numbers.normal(value)
    return Q(phone_index=phone_index(number)) & scope_of(user).rows(model, *CLOSE) if number else NOTHING


# 刘光明 1234, 1234刘: a name, or how it begins, and the last digits of the phone.
TAILED = re.compile(
    r"(?P<name>[^\W\d_]{1,20})\s*(?P<tail>\d{4})|(?P<tail_first>\d{4})\s*(?P<name_last>[^\W\d_]{1,20})"
)
LOOKED_AT = 1_000


def by_tail(value: str, model, user) -> Q:
    """A name and the last four digits of a phone find what that citizen told, for those who deal with citizens. One
    query: numbers with that end are few enough for their names to be read."""
    said = TAILED.fullmatch(value)
    if not said or not scope_of(user).has(*CLOSE):
        return NOTHING
    name, tail = said["name"] or said["name_last"], said["tail"] or said["tail_first"]
    rows = model.objects.visible_to(user, *CLOSE).filter(phone_tail=tail_index(tail))
    found = rows.order_by("-pk").values_list("pk", "citizen_name")[:LOOKED_AT]
    return Q(pk__in=[pk for pk, called in found if called.startswith(name)])


@dataclass(frozen=True)
class CitizenView:
    """One opinion's citizen in the eyes of one person. `hidden`: the agency learns nothing of who it was."""

    opinion: object
    clear: bool
    hidden: bool
    may_reveal: bool

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
        return mask_numbers(without_name(self.opinion, text) if self.hidden else text)


def citizen_view_for(opinion) -> CitizenView:
    """What the person through whose scope `opinion` was fetched (`with_roles`) may see."""
    roles = roles_over(opinion)
    hidden = opinion.keep_secret and roles <= AGENCY
    may_reveal = bool(roles & CLOSE) or ("handler" in roles and not opinion.keep_secret)
    known = bool(opinion.citizen_name or opinion.citizen_phone)
    return CitizenView(opinion, clear=bool(roles & CLOSE), hidden=hidden, may_reveal=may_reveal and known)

"""What a person may see of the citizen behind an opinion: the name, the number, and those hidden in the words.

Source: 个人信息保护法 (show no more than the work needs). Roles that work with the citizen read the words unchanged;
everybody else reads them without phone and ID numbers. One record at a time is revealed, with a reason.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.security.crypto import phone_index, tail_index
from common.security.giveaways import STARS
from common.security.numbers import mask_numbers
from common.text import phone_numbers
from opinions.models import Opinion
from opinions.models.redaction import masked
from studios.permissions.scope import NOTHING, roles_over, scope_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Roles over the row that deal with the citizen or decide on the matter.
CLOSE = frozenset(["clerk", "triage_officer", "supervisor"])
# Roles that may see the person behind a matter kept secret, each time for a reason that is recorded.
TRUSTED = CLOSE | {"county_official"}


def without_name(opinion: Opinion, text: str) -> str:
    """Return `text` with stars in place of the citizen's name."""
    name = opinion.citizen_name
    return text.replace(name, STARS) if name else text


# The columns that a search for words reads. Numbers and secret names are encrypted in them (ADR 0030), so that nobody
# finds by searching what the page hides.
SEARCHED = ("title", "body", "place")


def by_phone(value: str, model: type[Opinion], user: User | AnonymousUser) -> Q:
    """Return a Q for the opinions of the owner of the phone `value`, a whole number, for those who deal with
    citizens; nothing for anybody else and anything else."""
    number = phone_numbers.normal(value)
    return Q(phone_index=phone_index(number)) & scope_of(user).rows(model, *CLOSE) if number else NOTHING


# 刘光明 1234, 1234刘: a name, or how it begins, and the last digits of the phone.
TAILED = re.compile(
    r"(?P<name>[^\W\d_]{1,20})\s*(?P<tail>\d{4})|(?P<tail_first>\d{4})\s*(?P<name_last>[^\W\d_]{1,20})"
)
MOST_COMPARED = 1_000


def by_tail(value: str, model: type[Opinion], user: User | AnonymousUser) -> Q:
    """Return a Q for the opinions of the citizen with this name and last four digits, for those who deal with
    citizens. One query: numbers with that ending are few enough for their names to be decrypted and compared."""
    match = TAILED.fullmatch(value)
    if not match or not scope_of(user).has(*CLOSE):
        return NOTHING
    name, tail = match["name"] or match["name_last"], match["tail"] or match["tail_first"]
    rows = model.objects.visible_to(user, *CLOSE).filter(phone_tail=tail_index(tail))
    found = rows.order_by("-pk").values_list("pk", "citizen_name")[:MOST_COMPARED]
    return Q(pk__in=[pk for pk, full_name in found if full_name.startswith(name)])


@dataclass(frozen=True)
class CitizenView:
    """One opinion's citizen in the eyes of one person. `clear`: words unchanged. `hidden`: nothing says who it was.
    `may_reveal`: name and number can be revealed, with a reason."""

    opinion: Opinion
    clear: bool
    hidden: bool
    may_reveal: bool

    @property
    def name(self) -> "StrOrPromise":
        """The name as this person may read it."""
        return _("kept secret") if self.hidden else self.opinion.shown_name or _("anonymous")

    @property
    def phone(self) -> str:
        """The phone number, masked; empty where it is hidden."""
        return "" if self.hidden else self.opinion.shown_phone

    @property
    def title(self) -> str:
        """The title as this person may read it."""
        return self.words(self.opinion.title)

    @property
    def body(self) -> str:
        """The citizen's words as this person may read them."""
        return self.words(self.opinion.body)

    @property
    def place(self) -> str:
        """The place as this person may read it."""
        return self.words(self.opinion.place)

    @property
    def recorded_for(self) -> str:
        """The interpreter or writer. They are near the citizen: with a secret one they are not named either."""
        return "" if self.hidden else self.words(self.opinion.recorded_for)

    def words(self, text: str) -> str:
        """Return `text` about the opinion as this person may read it."""
        if self.clear:
            return text
        if self.hidden and not self.opinion.keep_secret:  # a letter to the agency names nobody anyway
            return mask_numbers(without_name(self.opinion, text))
        return masked(self.opinion, text)


def citizen_view_for(opinion: Opinion) -> CitizenView:
    """Return what the person through whose scope `opinion` was fetched (`with_roles`) may see."""
    roles = roles_over(opinion)
    hidden = opinion.keep_secret and not roles & CLOSE
    may_reveal = bool(roles & TRUSTED) if opinion.keep_secret else bool(roles & CLOSE) or "handler" in roles
    known = bool(opinion.citizen_name or opinion.citizen_phone)
    return CitizenView(opinion, clear=bool(roles & CLOSE), hidden=hidden, may_reveal=may_reveal and known)

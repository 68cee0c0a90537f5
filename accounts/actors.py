"""Who takes an action: a person with an account, the citizen on the public pages, or the system by a rule.

Everything that writes on somebody's behalf takes an `Actor` and must work for each kind. What needs a person, such as
signing for a letter, says so and does nothing for the others. An import is a person's: how an action came about is
recorded in `via`, not here.
"""

from dataclasses import dataclass
from enum import StrEnum

from .models import User


class Kind(StrEnum):
    """The kinds of actor."""

    PERSON = "person"
    CITIZEN = "citizen"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """`user` is the account of a person, None for the others: what a foreign key to an account may hold."""

    kind: Kind
    user: User | None = None

    def __post_init__(self) -> None:
        if (self.kind is Kind.PERSON) != (self.user is not None):
            raise TypeError("A person has an account, and only a person.")

    def __str__(self) -> str:
        """The name as the records keep it; empty for those without an account."""
        return str(self.user) if self.user else ""

    @property
    def is_person(self) -> bool:
        """Whether the actor has an account."""
        return self.kind is Kind.PERSON


CITIZEN = Actor(Kind.CITIZEN)
SYSTEM = Actor(Kind.SYSTEM)


def actor_of(by: User | Actor) -> Actor:
    """Return the actor behind a `by` argument: an account stands for its person. Raises TypeError for anything else:
    nobody becomes the system by leaving something out."""
    if isinstance(by, Actor):
        return by
    if isinstance(by, User):
        return Actor(Kind.PERSON, by)
    raise TypeError(f"not an actor: {by!r}")

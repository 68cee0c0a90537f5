"""THE scope rule: which rows exist for a person, and as what they may act on them.

Each scoped model says once, in `scope_q(membership)`, which of its rows a membership covers, per role:
`{role: Q}`. Lists, details, choices, counts and role checks all derive from those expressions and therefore
cannot disagree. GB codes nest by prefix, so an area is a prefix. No membership, no rows.
"""

from typing import Any, Self, TypeVar

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, ExpressionWrapper, Model, Q, QuerySet

from accounts.models import User

Row = TypeVar("Row", bound=Model)
# A model with `scope_q`; one that has none is a mistake that no type of Django's expresses.
ScopedModel = Any

NOTHING = Q(pk__in=[])


def area_q(prefix: str, *, county: str, township: str) -> Q:
    """Return the condition for rows under `prefix`: a prefecture (4 digits), a county (6) or a township (9).

    `county` and `township` name the lookups. An empty prefix covers nothing. Both compare for equality, so that an
    index that begins with them serves the list. A township stands for itself and for those that were merged into it:
    their records keep their township, and the people of the successor look after them (ADR 0017).
    """
    if not prefix:
        return NOTHING
    if len(prefix) == 4:
        return Q(**{f"{county}__code__startswith": prefix})
    if len(prefix) == 6:
        return Q(**{county: prefix})
    units = apps.get_model("studios", "Township").objects.filter(Q(code=prefix) | Q(successor=prefix))
    return Q(**{county: prefix[:6], f"{township}__in": units.order_by().values("code")})


def whole_county_q(prefix: str) -> Q:
    """Return the condition for rows about a whole county: they exist for people whose area covers all of it."""
    return area_q(prefix, county="county", township="") if len(prefix) <= 6 else NOTHING


def past_area_q(prefix: str, place: str) -> Q:
    """Return the condition for rows that were under `prefix` on the day for which `place`, the code of a township, is
    annotated (FormerTownship.on); a township stands also for those merged into it, as in `area_q`."""
    if not prefix:
        return NOTHING
    if len(prefix) < 9:
        return Q(**{f"{place}__startswith": prefix})
    units = apps.get_model("studios", "Township").objects.filter(Q(code=prefix) | Q(successor=prefix))
    return Q(**{f"{place}__in": units.order_by().values("code")})


def seen_in_the_past_q(user: User | AnonymousUser, *, place: str, studio: str) -> Q:
    """Return the condition for rows that were in the person's area then: figures of the past are those of the area, not
    of who is there today. `studio` leads to the studio, by which a studio's people see."""
    seen = NOTHING
    for one in scope_of(user).memberships:
        seen = seen | (Q(**{studio: one.studio_id}) if one.studio_id else past_area_q(one.prefix, place))
    return seen


class Scope:
    """The memberships of one person, read once a request."""

    def __init__(self, user: User | AnonymousUser) -> None:
        rows = (
            user.memberships.select_related("studio", "agency").order_by("role")
            if user.is_authenticated and user.is_active
            else []
        )
        self.memberships = list(rows)
        self._by_role: dict[ScopedModel, dict[str, Q]] = {}
        self.roles = {m.role for m in self.memberships}

    def has(self, *roles: str) -> bool:
        """Return whether the person holds one of `roles` anywhere; what it covers is decided row by row."""
        return bool(self.roles.intersection(roles))

    def prefixes(self, *roles: str) -> list[str]:
        """Return the area codes over which one of `roles` is held, widest first."""
        return sorted({m.prefix for m in self.memberships if m.role in roles}, key=lambda p: (len(p), p))

    def may_export(self, county: Model) -> bool:
        """Return whether the person may take the personal data of `county` away unmasked (ADR 0031)."""
        return any(m.may_export and county.pk.startswith(m.prefix) for m in self.memberships)

    def by_role(self, model: ScopedModel) -> dict[str, Q]:
        """Return, for each role the person holds, the condition for the rows of `model` over which it counts."""
        if model not in self._by_role:
            self._by_role[model] = self._combine_by_role(model)
        return self._by_role[model]

    def _combine_by_role(self, model: ScopedModel) -> dict[str, Q]:
        expressions: dict[str, Q] = {}
        for membership in self.memberships:
            for role, q in model.scope_q(membership).items():
                # Never start from Q(): `Q() | Q(x)` is `Q(x)`, which would narrow a wider membership.
                expressions[role] = expressions[role] | q if role in expressions else q
        return expressions

    def rows(self, model: ScopedModel, *roles: str) -> Q:
        """Return the condition for the rows of `model` that exist for the person; with `roles`, those over which one
        of them counts."""
        if roles:
            chosen = [q for role, q in self.by_role(model).items() if role in roles]
        else:
            chosen = [q for membership in self.memberships for q in _seen(model, membership)]
        combined = NOTHING
        for q in chosen:
            combined = combined | q
        return combined


def _seen(model: ScopedModel, membership: Model) -> list[Q]:
    """Return what a membership covers in any role. A model may give it in another form, which an index serves
    (`seen_q`)."""
    indexed = model.seen_q(membership) if hasattr(model, "seen_q") else None
    return list(model.scope_q(membership).values()) if indexed is None else [indexed]


def scope_of(user: User | AnonymousUser) -> Scope:
    """Return the person's scope, cached on the user object, which lives as long as the request."""
    if not hasattr(user, "_scope"):
        user._scope = Scope(user)  # type: ignore[union-attr]  # no field: it must not outlive the object
    return user._scope  # type: ignore[union-attr]


class ScopedQuerySet(QuerySet[Row]):
    """The rows of a model with `scope_q`, as they exist for one person."""

    def visible_to(self, user: User | AnonymousUser, *roles: str) -> Self:
        """Return the rows that exist for `user`; with `roles`, only those over which one of these roles counts."""
        return self.filter(scope_of(user).rows(self.model, *roles))

    def with_roles(self, user: User | AnonymousUser) -> Self:
        """Annotate for each role the person holds whether it counts over the row; see `roles_over`."""
        flags = {
            f"as_{role}": ExpressionWrapper(q, output_field=BooleanField())
            for role, q in scope_of(user).by_role(self.model).items()
        }
        return self.annotate(**flags)


def roles_over(row: Model) -> set[str]:
    """Return the roles that count over a row fetched through `with_roles`."""
    return {name[3:] for name, value in vars(row).items() if name.startswith("as_") and value}

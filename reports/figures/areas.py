"""Which counties and townships a person's reports are about, and the rows that stand for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from opinions.models import Opinion
from reports.definitions.counts import ALL, Counts, total
from reports.figures.by_area_and_month import Scope
from studios.models import County, Role, Studio, Township
from studios.permissions.roles import OVERSEERS, READERS
from studios.permissions.scope import NOTHING, scope_of


@dataclass(frozen=True)
class NoStudio:
    """Stands for a studio where an opinion came through none."""

    pk: str = "none"

    @property
    def name(self) -> str:
        return _("through no studio")


NO_STUDIO = NoStudio()


@dataclass(frozen=True)
class Row:
    """The counts of one area. `note` says why an area stands among the rows although it is no township today;
    `area` None stands for what is visible but lies in none of the person's areas."""

    area: County | Township | Studio | NoStudio | None
    counts: Counts
    note: str = ""
    day: date | None = None

    @property
    def name(self) -> str:
        """As it was called on the day of the report."""
        if self.area is None:
            return _("other units")
        return self.area.name_on(self.day) if self.day and isinstance(self.area, Township) else self.area.name


def rows_of(
    areas: Iterable[Any], groups: dict[str, Counts], *, on: date | None = None, followed: bool = False
) -> list[Row]:
    """Return a row for every area in force on the day `on` (None: today), with zeros if need be, then those that are
    not but have records, so that the rows always add up to the total.

    `followed`: what was recorded in a township that was merged is counted in the row of its successor.
    """
    if followed:
        groups = follow(areas, groups)
    today_s, others = [], []
    names = {area.pk: area.name for area in areas}
    for area in areas:
        note, counts = _note(area, on, names), groups.get(area.pk, Counts())
        if not note:
            today_s.append(Row(area, counts, day=on))
        elif any(counts.values()):
            others.append(Row(area, counts, note, on))
    known = {area.pk for area in areas}
    elsewhere = total(counts for code, counts in groups.items() if code not in known)
    if any(elsewhere.values()):
        others.append(Row(None, elsewhere))
    return today_s + others


def follow(areas: Iterable[Any], groups: dict[str, Any]) -> dict[str, Any]:
    """Return the counts of merged townships added to those of the unit in force that took over (ADR 0017)."""
    successors = {area.pk: getattr(area, "successor_id", None) for area in areas}
    followed: dict = {}
    for code, counts in groups.items():
        successor = successors.get(code) or code
        followed[successor] = followed[successor] + counts if successor in followed else counts
    return followed


def _note(area: Any, on: date | None, names: dict[str, str]) -> str:
    if area.valid_to and (on is None or area.valid_to <= on):
        successor = names.get(getattr(area, "successor_id", None) or "")
        return _("merged into %s") % successor if successor else _("no longer a unit")
    if on and area.valid_from and area.valid_from > on:
        return _("not yet a unit")
    return "" if getattr(area, "counted", True) else _("not counted as a township")


LEVELS = {
    "county": (gettext_lazy("County"), gettext_lazy("By county")),
    "township": (gettext_lazy("Township"), gettext_lazy("By township")),
    "studio": (gettext_lazy("Liaison studio"), gettext_lazy("By studio")),
}


@dataclass(frozen=True)
class Place:
    """Where the dashboard stands: `areas` are its rows, `level` what they are (county or township)."""

    county: County | None
    township: Township | None
    counties: list[County]
    areas: list
    followed: bool = False

    @property
    def merged(self) -> bool:
        """Whether a township among the rows was merged into another, so that following it says something."""
        return any(getattr(area, "successor_id", None) for area in self.areas)

    @property
    def level(self) -> str:
        """What the rows are: townships of a county; of a single township, its studios."""
        if self.township and not self.followed:
            return "studio"
        return "township" if self.county else "county"

    @property
    def of_row(self) -> str:
        """What the first column of its table is called."""
        return str(LEVELS[self.level][0])

    @property
    def by_row(self) -> str:
        """The heading of its table."""
        return str(LEVELS[self.level][1])

    @property
    def name(self) -> str:
        return str(self.township or self.county or _("All counties"))

    @property
    def parameters(self) -> dict[str, str]:
        """The list's filters for this place."""
        chosen = {
            "county": self.county and self.county.pk,
            "township": self.township and self.township.pk,
            "followed": self.followed and "1",
        }
        return {name: code for name, code in chosen.items() if code}

    def within(self, user: User) -> Scope:
        """Return what the person may count of it."""
        return Scope(
            rows=self.only(Opinion.objects.visible_to(user)),
            counties=tuple(one.pk for one in ([self.county] if self.county else self.counties)),
            level=self.level,
            units=tuple(one.pk for one in self.areas) if self.township else None,
            whole=sees_whole_counties(user),
        )

    @property
    def units(self) -> tuple[str, ...]:
        """The codes with which the townships of this place begin."""
        if self.township:
            return tuple(area.pk for area in self.areas) if self.followed else (self.township.pk,)
        return tuple(county.pk for county in ([self.county] if self.county else self.counties))

    @property
    def q(self) -> Q:
        """The opinions of this place."""
        return self._q("county")

    def only(self, rows: Any, county: str = "county") -> Any:
        """Keep the rows of this place, whose county is in the column `county`."""
        return rows.filter(self._q(county))

    def _q(self, county: str) -> Q:
        """Return the condition of the place; followed, with what belongs to the townships merged into it."""
        within = Q(**{county: self.county}) if self.county else Q()
        if self.township and self.followed:
            return within & (Q(township=self.township) | Q(township__successor=self.township))
        return within & Q(township=self.township) if self.township else within


def place_of(user: User, *, county: str = "", township: str = "", followed: bool = False) -> Place:
    """Return the place that is asked for, or the widest the person has. 404 for one that does not exist for them.

    Costs one query, two for a place within a county: an area is a county by its townships.
    """
    seen = Township.objects.visible_to(user, *READERS).order_by()
    counties = list(County.objects.filter(pk__in=seen.values("county")).order_by("pk"))
    asked = county or township[:6] or (counties[0].pk if len(counties) == 1 else "")
    found = _pick(counties, asked)
    if not found:
        return Place(None, None, counties, counties)
    townships = list(seen.filter(county=found).select_related("county").order_by("code"))
    chosen = _pick(townships, township)
    successors = [one for one in townships if chosen and one.successor_id == chosen.pk] if followed else []
    return Place(found, chosen, counties, [chosen, *successors] if chosen else townships, followed)


def studio_rows(user: User, place: Place, groups: dict[Any, Counts]) -> list[Row]:
    """Return a row for every studio in use of the place's township and for those with records; what came through no
    studio comes last. One query."""
    studios = Studio.objects.visible_to(user).filter(township=place.township).order_by("name_pinyin", "pk")
    found = [(one, groups.get(one.pk, Counts())) for one in studios]
    rows = [
        Row(one, counts, "" if one.active else _("no longer in use"))
        for one, counts in found
        if one.active or counts[ALL]
    ]
    known = {one.pk for one, _counts in found}
    others = total(counts for key, counts in groups.items() if key is not None and key not in known)
    rows += [Row(None, others)] if others[ALL] else []
    apart = groups.get(None, Counts())
    return rows + ([Row(NO_STUDIO, apart)] if apart[ALL] else [])


def _pick(areas: Iterable[Any], code: str) -> Any:
    if not code:
        return None
    for area in areas:
        if area.pk == code:
            return area
    raise Http404


def reportable(user: User, *roles: str) -> QuerySet[County]:
    """Return the counties whose monthly report the person may open: those an overseeing role (or one of `roles`)
    covers as a whole."""
    chosen, whole = roles or OVERSEERS, NOTHING
    for prefix in scope_of(user).prefixes(*chosen):
        if len(prefix) <= 6:
            whole |= Q(code__startswith=prefix)
    return County.objects.visible_to(user, *chosen).filter(whole)


def sees_whole_counties(user: User) -> bool:
    """Return whether every membership that gives the person opinions covers counties as a whole."""
    giving = [m for m in scope_of(user).memberships if Opinion.scope_q(m)]
    return all(
        not (m.agency_id or m.studio_id or m.role == Role.DEPUTY) and len(m.prefix) <= 6 for m in giving
    )


def opinions_of(county: County, by: User | None) -> QuerySet[Opinion]:
    """Return the opinions of a county that a report made `by` a person is about; None is the system."""
    rows = Opinion.objects.filter(county=county)
    return rows if by is None else rows.visible_to(by, *OVERSEERS)

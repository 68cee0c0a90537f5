"""Which counties and townships a person's reports are about, and the rows that stand for them."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from opinions.models import Opinion
from reports.figures import ALL, Counts, total
from studios.context import OVERSEERS, READERS
from studios.models import County, Township
from studios.scope import NOTHING, scope_of


@dataclass(frozen=True)
class Row:
    """The counts of one area. `note` says why an area stands among the rows although it is no township today;
    `area` None gathers what is visible but lies in none of the person's areas."""

    area: County | Township | None
    counts: Counts
    note: str = ""

    @property
    def name(self) -> str:
        return self.area.name if self.area else _("other units")


def rows_of(areas, groups: dict[str, Counts]) -> list[Row]:
    """A row for every area in force, with zeros if need be, then those that are not but have records, so that the
    rows always add up to the total."""
    today_s, others = [], []
    for area in areas:
        note, counts = _note(area), groups.get(area.pk, Counts())
        if not note:
            today_s.append(Row(area, counts))
        elif counts[ALL]:
            others.append(Row(area, counts, note))
    known = {area.pk for area in areas}
    elsewhere = total(counts for code, counts in groups.items() if code not in known)
    if elsewhere[ALL]:
        others.append(Row(None, elsewhere))
    return today_s + others


def _note(area) -> str:
    if area.valid_to:
        return _("no longer a unit")
    return "" if getattr(area, "counted", True) else _("not counted as a township")


@dataclass(frozen=True)
class Place:
    """Where the dashboard stands: `areas` are its rows, `level` what they are (county or township)."""

    county: County | None
    township: Township | None
    counties: list[County]
    areas: list

    @property
    def level(self) -> str:
        return "township" if self.county else "county"

    @property
    def name(self) -> str:
        return str(self.township or self.county or _("All counties"))

    @property
    def parameters(self) -> dict[str, str]:
        """The list's filters for this place."""
        chosen = {"county": self.county and self.county.pk, "township": self.township and self.township.pk}
        return {name: code for name, code in chosen.items() if code}

    def only(self, opinions):
        """The rows of this place."""
        return opinions.filter(**self.parameters)


def place_of(user, *, county="", township="") -> Place:
    """The place that is asked for, or the widest the person has. 404 for one that does not exist for them.

    Costs one query whatever is asked: an area is a county by its townships.
    """
    every = list(
        Township.objects.visible_to(user, *READERS).select_related("county").order_by("county", "code")
    )
    counties = list({one.county_id: one.county for one in every}.values())
    asked = county or township[:6] or (counties[0].pk if len(counties) == 1 else "")
    found = _pick(counties, asked)
    townships = [one for one in every if one.county == found]
    chosen = _pick(townships, township)
    if not found:
        return Place(None, None, counties, counties)
    return Place(found, chosen, counties, [chosen] if chosen else townships)


def _pick(areas, code):
    if not code:
        return None
    for area in areas:
        if area.pk == code:
            return area
    raise Http404


def reportable(user):
    """The counties whose monthly report the person may open: those an overseeing role covers as a whole."""
    whole = NOTHING
    for prefix in scope_of(user).prefixes(*OVERSEERS):
        if len(prefix) <= 6:
            whole |= Q(code__startswith=prefix)
    return County.objects.visible_to(user, *OVERSEERS).filter(whole)


def opinions_of(county: County, by):
    """The opinions of a county that a report made `by` a person is about; None is the system."""
    rows = Opinion.objects.filter(county=county)
    return rows if by is None else rows.visible_to(by, *OVERSEERS)

"""Activities from Excel: a row is one of them, with who took part, when it was announced, how many people were met.

One is known by its township, studio, day, half and kind, and by the deputies. Headers and words are data in the
offices' own language.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.excel.importing import CellError, day, one_of, text
from common.excel.tables import Column, Sheet
from common.text.visible import name as person_name
from deputies.activities import events
from deputies.activities.access import PLANNERS
from deputies.activities.events import EventKind
from deputies.models import Activity, Deputy, DeputyFormerTownship, Participation, State
from deputies.models.activities import NOTICE_DAYS, held_days
from studios.models import Studio, Township
from studios.permissions.scope import scope_of
from studios.rolls.importing import AreaReader, Cells, RosterImport, township_sheet, townships_of
from studios.rolls.lookups import StudioLookup

from . import import_columns as c

Attendance = Participation.Attendance
SEPARATORS = re.compile(r"[、，,;；/\n]+|\s{2,}")
BATCH = 500


@dataclass(frozen=True)
class Entry:
    """A row in which everything is right."""

    facts: dict[str, Any]
    deputies: tuple[Deputy, ...]

    @property
    def identity(self) -> tuple:
        studio = self.facts["studio"]
        return (
            self.facts["township"].pk,
            studio and studio.pk,
            self.facts["on"],
            self.facts["half"],
            self.facts["kind"],
            frozenset(deputy.pk for deputy in self.deputies),
        )


class Reader(AreaReader):
    def __init__(self, by: User) -> None:
        super().__init__(by, PLANNERS, ended=True)
        self.today = timezone.localdate()
        self.wide = tuple(m.area_code for m in scope_of(by).memberships if m.role in PLANNERS and m.area_code)
        self.studios = StudioLookup(Studio.objects.visible_to(by, *PLANNERS))
        self.deputies = DeputyLookup(self.units)
        self.known = _identities(by)
        taken = Participation.objects.filter(deputy__township__in=self.units).values_list(
            "deputy", "morning_on", "afternoon_on"
        )
        self.booked: set[tuple] = set()
        self.taken = {(pk, on, half) for pk, *days in taken for half, on in enumerate(days) if on}

    def knows(self, entry: Entry) -> bool:
        """Return whether the activity is here already."""
        return entry.identity in self.known

    def read(self, cells: Cells) -> Entry | None:
        """Return what the row says; None where cells are wrong, which `cells` then names."""
        township = cells.take(c.TOWNSHIP, self.township, default=None)
        on = cells.take(c.ON, self._day, township, default=None)
        facts = {
            "township": township,
            "studio": cells.take(c.STUDIO, self._studio, township, default=None),
            "on": on,
            "half": cells.take(c.HALF, one_of, c.HALVES, empty=c.Half.MORNING),
            "kind": cells.take(c.KIND, one_of, c.KINDS, empty=c.Kind.RECEPTION),
            "title": cells.take(c.TITLE, text, 100),
            "place": cells.take(c.PLACE, text, 100),
            "summary": cells.take(c.SUMMARY, text, 5000),
            "announced_on": cells.take(c.ANNOUNCED, self._announced, on, default=None),
            "people_met": cells.take(c.PEOPLE, c.people, default=None),
        }
        deputies = cells.take(c.DEPUTIES, self.deputies.find, township, facts["studio"], default=())
        facts["state"] = cells.take(c.STATE, self._state, facts)
        if cells.errors:
            return None
        entry = Entry(facts, deputies)
        if not self.knows(entry):
            self._take_time(entry, cells)
        return None if cells.errors else entry

    def _day(self, value: object, township: Township | None) -> date:
        found = day(value)
        if found is None:
            raise CellError(_("must not be empty"))
        if found.year < c.FIRST_YEAR or found > self.today + timedelta(days=366):
            raise CellError(_("this day is too far away"))
        if township and township.valid_to and found >= township.valid_to:
            facts = {"name": township.name, "day": township.valid_to, "code": township.successor_id or "—"}
            raise CellError(_("%(name)s ended on %(day)s; its successor is %(code)s") % facts)
        return found

    def _studio(self, value: object, township: Township | None) -> Studio | None:
        word = text(value, 80)
        if township is None:
            return None
        if word:
            return self.studios.find(word, township)
        if not township.pk.startswith(self.wide or ("-",)):
            raise CellError(_("must not be empty: you plan for a studio"))
        return None

    def _announced(self, value: object, on: date | None) -> date | None:
        found = day(value)
        if found and on and found > on - timedelta(days=NOTICE_DAYS):
            raise CellError(
                _("less than %d days ahead; it does not count as announced then, leave the cell empty")
                % NOTICE_DAYS
            )
        if found and found > self.today:
            raise CellError(_("lies in the future"))
        return found

    def _state(self, value: object, facts: dict[str, Any]) -> str:
        people, coming = facts["people_met"], facts["announced_on"]
        said = one_of(value, c.STATES, empty="")
        open_state = State.ANNOUNCED if coming else State.PLANNED
        state = said or (State.HELD if people is not None else open_state)
        if state == State.HELD and people is None:
            raise CellError(_("held, and the number of people met is empty"))
        if state != State.HELD and people is not None:
            raise CellError(_("not held, and people were met"))
        if state == State.HELD and facts["on"] and facts["on"] > self.today:
            raise CellError(_("It has not taken place yet."))
        return open_state if state == State.PLANNED else state

    def _take_time(self, entry: Entry, cells: Cells) -> None:
        """Book the half-days of the deputies within the file, or refuse the row where one of them is elsewhere."""
        if entry.facts["state"] == State.CANCELLED or entry.identity in self.booked:
            return
        days = held_days(entry.facts["on"], entry.facts["half"]).values()
        slots = {(d.pk, on, half): d for d in entry.deputies for half, on in enumerate(days) if on}
        if busy := [deputy.name for slot, deputy in slots.items() if slot in self.taken]:
            names = "、".join(dict.fromkeys(busy))
            cells.refuse(
                c.DEPUTIES, CellError(_("%s is at another activity in this half of the day") % names)
            )
            return
        self.booked.add(entry.identity)
        self.taken.update(slots)


class DeputyLookup:
    """Deputies by name: of the studio, else of the township, now or before a move, else of the county. Two queries."""

    def __init__(self, units: Iterable[Township]) -> None:
        deputies = {one.pk: one for one in Deputy.objects.filter(township__in=units).select_related("user")}
        moved = DeputyFormerTownship.objects.filter(of__in=deputies).values_list("of", "township")
        places = [(pk, deputy.township_id) for pk, deputy in deputies.items()]
        self._by_name: dict[tuple[object, str], list[Deputy]] = {}
        for pk, place in dict.fromkeys([*places, *moved]):
            self._add(place, deputies[pk])
        for deputy in deputies.values():
            self._add(deputy.township_id[:6], deputy)
            self._add(deputy.studio_id, deputy)

    def _add(self, where: object, deputy: Deputy) -> None:
        self._by_name.setdefault((where, deputy.name), []).append(deputy)

    def find(self, value: object, township: Township | None, studio: Studio | None) -> tuple[Deputy, ...]:
        """Return the deputies that a cell names. Raises CellError for a name of nobody, and of several."""
        names = [person_name(part) for part in SEPARATORS.split(text(value, 500)) if part.strip()]
        if township is None:
            return ()
        found = [self._one(name, township, studio) for name in dict.fromkeys(names)]
        return tuple(sorted(found, key=lambda deputy: deputy.pk))

    def _one(self, name: str, township: Township, studio: Studio | None) -> Deputy:
        for where in (studio.pk if studio else None, township.pk, township.pk[:6]):
            found = self._by_name.get((where, name), []) if where else []
            if len(found) == 1:
                return found[0]
            if found:
                raise CellError(_("there are several deputies of the name %s here") % name)
        raise CellError(_("there is no deputy of the name %s in the county") % name[:30])


def _identities(by: User) -> set[tuple]:
    """Return the identities of the activities that are here; two queries."""
    taking: dict[int, set[int]] = {}
    rows = Activity.objects.visible_to(by, *PLANNERS)
    for activity, deputy in Participation.objects.filter(activity__in=rows).values_list("activity", "deputy"):
        taking.setdefault(activity, set()).add(deputy)
    return {
        (*facts, frozenset(taking.get(pk, ())))
        for pk, *facts in rows.values_list("pk", "township", "studio", "on", "half", "kind")
    }


def _take_in(entries: list[Entry], *, by: User, request: HttpRequest | None) -> None:
    made = [(_activity(entry, by), entry) for entry in entries]
    Activity.objects.bulk_create([activity for activity, _entry in made], batch_size=BATCH)
    rows = [row for activity, entry in made for row in _participations(activity, entry.deputies)]
    Participation.objects.bulk_create(rows, batch_size=BATCH)
    for activity, entry in made:
        if activity.is_coming and activity.on >= timezone.localdate():
            events.publish_to_deputies(EventKind.PLANNED, entry.deputies, [activity], by=by)


def _activity(entry: Entry, by: User) -> Activity:
    facts = entry.facts
    activity = Activity(county_id=facts["township"].county_id, made_by=by, made_at=timezone.now(), **facts)
    activity.takes(facts["on"], facts["half"])
    if activity.state == State.CANCELLED:
        activity.morning_on = activity.afternoon_on = None
    return activity


def _participations(activity: Activity, deputies: Iterable[Deputy]) -> list[Participation]:
    attendance = {State.HELD: Attendance.PRESENT, State.CANCELLED: Attendance.RELEASED}.get(
        State(activity.state), Attendance.ASSIGNED
    )
    days = {"morning_on": activity.morning_on, "afternoon_on": activity.afternoon_on}
    return [Participation(activity=activity, deputy=one, attendance=attendance, **days) for one in deputies]


def _choices(user: User | None) -> list[Sheet]:
    townships = townships_of(user, PLANNERS)
    studios = Studio.objects.filter(township__in=townships, active=True).order_by("township", "name_pinyin")
    named = [Column(c.TOWNSHIP, 14), Column(c.STUDIO, 40), Column(_("Code"), 20)]
    rows = studios.values_list("township_id", "name", "code")
    return [township_sheet(townships, c.TOWNSHIP), Sheet(_("Studios"), named, rows)]


ACTIVITIES = RosterImport(
    app="activities",
    name=gettext_lazy("Activities"),
    title=gettext_lazy("Import activities"),
    lead=gettext_lazy(
        "One row is one activity, with who took part and how many people were met; nothing is added before you have "
        "seen what was read."
    ),
    done=gettext_lazy("%(added)d activities were added, %(known)d were known, %(refused)d refused."),
    columns=c.COLUMNS,
    keepers=PLANNERS,
    reader=Reader,
    take_in=_take_in,
    choices=_choices,
)

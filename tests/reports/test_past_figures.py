"""Rates of the past stay what they were when people change: who sat then is counted, where they were then.

Random histories (by-elections, resignations, term transitions, moves, mergers undone or not, closings) against an
oracle that keeps its own diary; a month that is frozen keeps its activity figures whatever is corrected afterwards.
"""

import random
from collections import defaultdict
from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from deputies.activities import services
from deputies.models import Deputy, Mandate, Term
from deputies.roll import corrections, planned_transitions, term_transition
from reports.activities.figures import count, scope_of_county, total
from reports.definitions import periods
from reports.freezing.services import freeze
from reports.workbook.workbook import write_month
from studios.areas import changes, undoing
from studios.models import Studio, Township
from tests.conftest import at
from tests.deputies.conftest import deputy
from tests.nightly import WHOLE

pytestmark = pytest.mark.django_db
MONTHS = [periods.month_of(date(2026, month, 1)) for month in range(1, 7)]
COUNTY = "433101"


class Diary:
    """What happened, in the plainest terms: who sat from when to when, who was where since when, who was present."""

    def __init__(self):
        self.seats = defaultdict(list)  # deputy → [first day, day before which it ended or None]
        self.places = defaultdict(list)  # deputy → (since, township), in order
        self.present = []  # (day, deputy)

    def in_office(self, month):
        """Township → deputies who sat on some day of the month, by where they were on its last day."""
        found = defaultdict(set)
        for who, seats in self.seats.items():
            if any(begun <= month.last and (ended is None or ended > month.first) for begun, ended in seats):
                found[[place for since, place in self.places[who] if since <= month.last][-1]].add(who)
        return found

    def figures(self, month):
        there = {who for day, who in self.present if month.first <= day <= month.last}
        return {place: (len(who & there), len(who)) for place, who in self.in_office(month).items()}


class History:
    """A county of five townships and nine deputies, to whom things happen at random."""

    def __init__(self, cast, office, seed):
        self.cast, self.office, self.rng, self.diary = cast, office, random.Random(seed), Diary()
        self.units = [f"4331013{n:02d}" for n in range(5)]
        for code in self.units:
            Township.objects.create(code=code, county=office.jishou, name=f"第{code[-2:]}镇", kind="town")
            Studio.objects.create(code=f"s{code}", name=f"{code}工作室", township_id=code)
        self.term = Term.objects.create(
            level="county", area_code=COUNTY, number=18, starts_on=date(2021, 12, 20)
        )
        self.day, self.mergers = date(2026, 1, 1), []
        for _n in range(9):
            self.join(date(2021, 12, 20))

    def join(self, since):
        place = self.rng.choice(self.units)
        new = deputy(f"代表{Deputy.objects.count()}", Township.objects.get(pk=place), active=False)
        begun = since if since > self.term.starts_on else None
        corrections.add_seat(new.pk, by=self.cast.officer, term=self.term, began_on=begun, constituency="")
        self.diary.seats[new.pk].append([since, None])
        self.diary.places[new.pk].append((since, place))

    def sitting(self):
        return sorted(who for who, seats in self.diary.seats.items() if seats[-1][1] is None)

    def hold(self):
        who = self.rng.sample(self.sitting(), min(3, len(self.sitting())))
        people = list(Deputy.objects.filter(pk__in=who))
        place = Township.objects.get(pk=self.rng.choice(self.units))
        kept = services.plan(
            by=None, township=place, on=self.day, deputies=people, kind="visit", place="村里"
        )
        there = people[: self.rng.randint(0, len(people))]
        services.hold(kept.pk, by=None, people_met=5, present=there)
        self.diary.present += [(self.day, one.pk) for one in there]

    def by_election(self):
        self.join(self.day)

    def resign(self):
        if len(self.sitting()) < 4:
            return
        who = self.rng.choice(self.sitting())
        seat = Mandate.objects.get(deputy=who, ended_on=None)
        if seat.since < self.day:
            corrections.correct_seat(who, seat.pk, by=self.cast.officer, ended_on=self.day)
            self.diary.seats[who][-1][1] = self.day

    def move(self):
        who, place = self.rng.choice(self.sitting()), self.rng.choice(self.units)
        corrections.correct_facts(who, by=self.cast.officer, township=Township.objects.get(pk=place))
        if place != self.diary.places[who][-1][1]:
            self.diary.places[who].append((self.day, place))

    def merge(self):
        if len(self.units) < 3:
            return
        away, to = self.rng.sample(self.units, 2)
        change = changes.merge(
            county=COUNTY, away=[away], to=to,
            decree=changes.Decree(f"{self.day}号", self.day, self.cast.administrator),
        )  # fmt: skip
        self.units.remove(away)
        self.mergers.append((change, away, to, self.day))
        for places in self.diary.places.values():
            if places[-1][1] == away:
                places.append((self.day, to))

    def undo(self):
        """The latest merger was a mistake: who has not moved on since was never elsewhere."""
        if not self.mergers:
            return
        change, away, to, since = self.mergers.pop()
        undoing.undo(change, by=self.cast.administrator, reason="录入错误")
        self.units.append(away)
        for places in self.diary.places.values():
            if places[-1] == (since, to) and places[-2][1] == away:
                places.pop()

    def change_over(self):
        going = dict.fromkeys(self.rng.sample(self.sitting(), len(self.sitting()) // 2))
        facts = {"term": self.term, "number": self.term.number + 1, "starts_on": self.day, "going": going}
        seen = term_transition.propose(**facts).digest
        self.term = planned_transitions.enter(**facts, by=self.cast.officer, seen=seen)
        for who in self.sitting():
            self.diary.seats[who][-1][1] = self.day
            if who not in going:
                self.diary.seats[who].append([self.day, None])

    def close(self):
        studio = Studio.objects.filter(active=True, code__startswith="s4331013").first()
        if studio:
            Studio.objects.filter(pk=studio.pk).update(active=False, closed_on=self.day)


def counted(month, today):
    return count(scope_of_county_of_tests(), month, by="township", today=today)


def scope_of_county_of_tests():
    from studios.models import County

    return scope_of_county(County.objects.get(pk=COUNTY), None)


def rates(month, today):
    """Every rate of the month, per township."""
    codes = ("held_rate", "active_rate", "idle_rate")
    groups = counted(month, today)
    return {
        (place, code): (counts.figure(code).numerator, counts.figure(code).denominator)
        for place, counts in groups.items()
        for code in codes
    }


def summed(found):
    """Numerator and denominator of each rate over all townships."""
    sums = defaultdict(lambda: [0, 0])
    for (_place, code), (numerator, denominator) in found.items():
        sums[code] = [sums[code][0] + (numerator or 0), sums[code][1] + (denominator or 0)]
    return dict(sums)


@pytest.mark.parametrize("seed", range(20 if WHOLE else 4))
def test_rates_of_every_past_month_are_the_same_before_and_after(cast, office, seed):
    with time_machine.travel(at("2026-01-01 09:00"), tick=False):
        history = History(cast, office, seed)
    events = ["by_election", "resign", "move", "move", "merge", "undo", "change_over", "close"]
    happened = set()
    while history.day < date(2026, 6, 25):
        with time_machine.travel(at(f"{history.day} 09:00"), tick=False):
            history.hold()
            past = [month for month in MONTHS if month.last < history.day]
            before = {month: rates(month, history.day) for month in past}
            what = history.rng.choice(events)
            getattr(history, what)()
            happened.add(what)
            for month in past:
                after = rates(month, history.day)
                if what == "undo":  # of the townships as they were: the county's sums alone stay
                    assert summed(after) == summed(before[month]), (history.day, str(month))
                else:
                    assert after == before[month], (what, history.day, str(month))
                active = {
                    place: (counts["active"], counts["in_office"])
                    for place, counts in counted(month, history.day).items()
                    if counts["in_office"] and place.startswith("4331013")
                }
                assert active == history.diary.figures(month), (history.day, str(month))
        history.day += timedelta(days=history.rng.randint(4, 9))
    assert len(happened) >= 4


def test_who_left_is_still_counted_in_the_months_in_which_they_sat(client, cast, office):
    """The page before and after a term transition, and the list that each number opens."""
    term = Term.objects.create(level="county", area_code=COUNTY, number=18, starts_on=date(2021, 12, 20))
    people = [cast.as_deputy, *(deputy(f"代表{n}", office.qianzhou) for n in range(3))]
    for one in people:
        Mandate.objects.create(deputy=one, term=term)
    client.force_login(cast.supervisor)

    def shown():
        page = client.get(reverse("reports:activities"), {"period": "2026-10"})
        cell = next(cell for cell in page.context["total"] if cell.code == "active_rate")
        opened = [client.get(url).context["page"].paginator.count for url in (cell.url, cell.of_url)]
        return (cell.value.numerator, cell.value.denominator), opened

    with time_machine.travel(at("2026-10-12 09:00"), tick=False):
        held = services.plan(
            by=None, township=office.qianzhou, on=date(2026, 10, 12), deputies=people, kind="visit"
        )
        services.hold(held.pk, by=None, people_met=9, present=people[:3])
    with time_machine.travel(at("2026-11-20 09:00"), tick=False):
        assert shown() == ((3, 4), [3, 4])
        going = {one.pk: None for one in people[:2]}
        facts = {"term": term, "number": 19, "starts_on": date(2026, 11, 20), "going": going}
        seen = term_transition.propose(**facts).digest
        term_transition.begin_term(**facts, by=cast.officer, seen=seen)
        corrections.correct_facts(people[3].pk, by=cast.officer, township=office.zhenxi)
        assert shown() == ((3, 4), [3, 4])


def test_a_frozen_month_keeps_its_activity_figures_on_page_and_in_the_workbook(client, cast, office):
    with time_machine.travel(at("2026-10-12 09:00"), tick=False):
        held = services.plan(
            by=None, township=office.qianzhou, on=date(2026, 10, 12), deputies=[cast.as_deputy], kind="visit"
        )
        services.hold(held.pk, by=None, people_met=9, present=[cast.as_deputy])
    month = periods.parse("2026-10")
    with time_machine.travel(at("2026-11-03 09:00"), tick=False):
        freeze(county=office.jishou, month=month, by=cast.official)
        services.hold(held.pk, by=None, people_met=900, present=[])
        late = services.plan(
            by=None, township=office.qianzhou, on=date(2026, 11, 3), deputies=[], kind="visit"
        )
        services.hold(late.pk, by=None, people_met=1)
        counts = total(counted(month, date(2026, 11, 3)).values())
        assert (counts["people"], counts["active"], counts["held"]) == (9, 1, 1)
        quarter = total(counted(periods.parse("2026-Q4"), date(2026, 11, 3)).values())
        assert (quarter["people"], quarter["held"]) == (10, 2), "the frozen month and the live ones"
        client.force_login(cast.supervisor)
        page = client.get(reverse("reports:activities"), {"period": "2026-10"})
        assert next(cell for cell in page.context["total"] if cell.code == "people").value == 9
        target = BytesIO()
        write_month(target, period=month, county=office.jishou)
        cells = [
            cell
            for row in load_workbook(target, data_only=True)["代表活动"].iter_rows(values_only=True)
            for cell in row
        ]
        assert 9 in cells and 900 not in cells
        client.force_login(cast.clerk)
        own = client.get(reverse("reports:activities"), {"period": "2026-10"})
        assert next(cell for cell in own.context["total"] if cell.code == "people").value == 900, (
            "no sum of others"
        )

"""The demo's activities: shifts by pattern in every studio over the fourteen months, and visits; and the session at
which a told opinion was told. What is past was held, most of it announced; what comes is planned."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from deputies.activities.pattern import Pattern, days_of
from deputies.models import Activity, Deputy, Kind, Participation, State
from deputies.models.activities import NO_TIME, NOTICE_DAYS, held_days
from sandbox import areas
from sandbox.random_people import dice
from studios.models import Studio, Township

BACK, AHEAD, SOON = 425, 75, 25  # days of activities before and after today; what comes soon is announced
# By how a deputy hears an opinion: the activity it belongs to.
KIND_OF = {
    "reception": Kind.RECEPTION,
    "visit": Kind.VISIT,
    "symposium": Kind.SYMPOSIUM,
    "inspection": Kind.INSPECTION,
}
SUMMARIES = [
    "现场接待群众，逐件登记，能当场答复的当场答复。",
    "走访农户，了解饮水、道路和产业情况。",
    "听取村民代表意见，会后交办。",
    "查看项目现场，询问进度。",
]


class Diary:
    """Everybody's half-days, so that the story books nobody twice."""

    def __init__(self, now: datetime) -> None:
        self.now, self.today = now, timezone.localdate(now)
        self.taken: dict[tuple, Activity] = {}
        rows = Participation.objects.exclude(attendance__in=Participation.FREE).select_related("activity")
        for row in rows.filter(activity__township__in=areas.townships()):
            self._note(row.activity, row.deputy_id)

    def _note(self, activity: Activity, deputy: int) -> None:
        for half, day in held_days(activity.on, activity.half).items():
            if day:
                self.taken[deputy, half, day] = activity

    def at(self, deputy: Deputy, on: date, half: str) -> Activity | None:
        """Return what the deputy is doing then, if anything."""
        return next(
            (self.taken.get((deputy.pk, name, day)) for name, day in held_days(on, half).items() if day), None
        )

    def session(
        self,
        rng: Random,
        *,
        township: Township,
        studio: Studio | None,
        deputy: Deputy,
        channel: str,
        at: datetime,
    ) -> Activity | None:
        """Return the activity at which the deputy heard this; made if nothing is known of that half-day. None when
        the deputy was elsewhere then."""
        on, half = timezone.localdate(at), "morning" if timezone.localtime(at).hour < 12 else "afternoon"
        there = self.at(deputy, on, half)
        if there is not None:
            return there if there.kind == KIND_OF[channel] and there.township_id == township.pk else None
        activity = build(rng, township, studio, KIND_OF[channel], on, half, self, calls_off=0)
        activity.room = ""  # the regular shift has the room
        activity.save(force_insert=True)
        row = participation(rng, activity, deputy, surely=True)
        row.save(force_insert=True)
        self._note(activity, deputy.pk)
        return activity


def build(
    rng: Random,
    township: Township,
    studio: Studio | None,
    kind: str,
    on: date,
    half: str,
    diary: Diary,
    planned_on: date | None = None,
    calls_off: float = 0.04,
) -> Activity:
    """Build one activity as it is today: held if past, announced if it is soon."""
    activity = Activity(
        county_id=township.county_id,
        township=township,
        studio=studio,
        kind=kind,
        room="reception" if studio and kind == Kind.RECEPTION else "",
        place="" if kind == Kind.RECEPTION else f"{township.name}辖区村组",
        hours="9:00—11:30" if half == "morning" else "14:30—17:00",
        planned_on=planned_on if planned_on != on else None,
        made_at=diary.now - timedelta(days=max(7, (diary.today - on).days + 30)),
    )
    activity.takes(on, half)
    ahead = (on - diary.today).days
    if ahead < 0:
        activity.state, activity.people_met = State.HELD, people(rng, kind)
        activity.summary = rng.choice(SUMMARIES)
    elif ahead <= SOON:
        activity.state = State.ANNOUNCED
    if ahead <= SOON and rng.random() < 0.94:
        activity.announced_on = min(on - timedelta(days=NOTICE_DAYS + rng.randint(0, 6)), diary.today)
    elif activity.state == State.ANNOUNCED:
        activity.state = State.PLANNED
    if activity.announced_on and activity.announced_on > activity.announce_by_on:
        activity.announced_on, activity.state = None, State.PLANNED
    if rng.random() < calls_off:
        activity.state, activity.people_met, activity.summary = State.CANCELLED, None, ""
        activity.cancel_reason = rng.choice(["大雪封路", "与防汛值守冲突", "代表集中视察"])
        activity.morning_on = activity.afternoon_on = None
    return activity


def people(rng: Random, kind: str) -> int:
    """Return how many people were met."""
    return rng.randint(3, 14) if kind == Kind.VISIT else rng.randint(6, 40)


def participation(rng: Random, activity: Activity, deputy: Deputy, *, surely: bool = False) -> Participation:
    """Build a participation: most deputies come; `surely` who is known to have been there."""
    row = Participation(activity=activity, deputy=deputy, **held_days(activity.on, activity.half))
    if activity.state == State.CANCELLED:
        row.attendance = Participation.Attendance.RELEASED
    elif not surely and rng.random() < 0.03:
        row.attendance, row.reason = (
            Participation.Attendance.LEAVE,
            rng.choice(["住院", "外出培训", "务工未归"]),
        )
    elif activity.state == State.HELD:
        row.attendance = "present" if surely or rng.random() < 0.95 else "absent"
    if row.is_excused:
        for name, value in NO_TIME.items():
            setattr(row, name, value)
    return row


def regular(now: datetime) -> int:
    """Create the 15th in every studio, deputies in turn, and a visit each quarter, once; return how many were made."""
    if Activity.objects.filter(township__in=areas.townships()).exists():
        return 0
    diary, activities, rows = Diary(now), [], []
    first, last = diary.today - timedelta(days=BACK), diary.today + timedelta(days=AHEAD)
    shifts = days_of(Pattern("monthly", first, last, (15,)))
    pools: defaultdict[int, list[Deputy]] = defaultdict(list)
    for deputy in Deputy.objects.filter(active=True, studio__isnull=False).order_by("studio", "pk"):
        if deputy.studio_id is not None:
            pools[deputy.studio_id].append(deputy)
    studios = Studio.objects.filter(pk__in=pools, kind="studio", active=True).select_related("township")
    for place, studio in enumerate(studios.order_by("code")):
        rng = dice(f"activities {studio.code}")
        # Some studios have fallen asleep: the overview must have something to find.
        ends = diary.today - timedelta(days=120) if place % 17 == 5 else last
        for activity, deputy in _of_studio(rng, studio, pools[studio.pk], shifts, ends, diary):
            activities.append(activity)
            rows.append(participation(rng, activity, deputy))
    Activity.objects.bulk_create(activities, batch_size=500)
    Participation.objects.bulk_create(rows, batch_size=500)
    return len(activities)


def _of_studio(
    rng: Random, studio: Studio, pool: list[Deputy], shifts: list[tuple[date, date]], ends: date, diary: Diary
) -> Iterator[tuple[Activity, Deputy]]:
    for turn, (planned_on, on) in enumerate(shifts):
        if on > ends:
            return
        deputy = pool[turn % len(pool)]
        yield build(rng, studio.township, studio, Kind.RECEPTION, on, "morning", diary, planned_on), deputy
        if turn % 3 == 1:
            visit = on + timedelta(days=7)
            if visit <= ends:
                yield build(rng, studio.township, studio, Kind.VISIT, visit, "afternoon", diary), deputy

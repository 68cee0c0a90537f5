"""What the demo's deputies learn: trainings (培训) and exchanges (交流) that studios planned, announced and held, and
what is still to come, all through the ordinary services of activities."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from deputies.activities import services
from deputies.activities.access import Refused
from deputies.models import Activity, Deputy, Kind
from notifications.models import Message
from sandbox import areas, staff
from sandbox.random_people import dice
from studios.models import County, Studio
from workdays.calendar import add_workdays

from .activities import SOON
from .scenario import Crew

GATHERINGS = (Kind.TRAINING, Kind.EXCHANGE)
LEAD = timedelta(days=14)  # planned so long before
TRIES = 8  # working days looked at until those who are to come are free
TRAININGS = [
    (
        "代表履职培训：怎样接待群众、怎样写好一件意见",
        "请州人大代表联络处讲课，分组练习登记和回访，现场答疑。",
    ),
    ("预算审查监督培训", "学习部门预算怎么看、怎么问，用本级上年决算作例子。"),
    ("学习安全饮水和农村公路管护规定", "请水利、交通两家讲管护责任，代表对照本村情况提了问题。"),
    ("学习老年人权益保障法", "逐条学习，结合走访中听到的养老、医保问题讨论。"),
]
EXCHANGES = [
    ("同{other}交流接待群众的做法", "看了接待台账和公示栏，商定边界村组的道路问题两家共同跟踪。"),
    ("同{other}交流督办回访经验", "双方各讲三件办成的事和一件没办成的事，回访记录互相借鉴。"),
]
# Of a county's n-th studio: what it holds, as (kind, days from today).
HELD = [
    [
        (Kind.TRAINING, -318),
        (Kind.EXCHANGE, -231),
        (Kind.TRAINING, -124),
        (Kind.EXCHANGE, -40),
        (Kind.TRAINING, 20),
    ],
    [(Kind.TRAINING, -166), (Kind.EXCHANGE, 33)],
]


def hold(now: datetime) -> int:
    """Make all gatherings, once; return how many were made."""
    townships = areas.townships()
    if Activity.objects.filter(kind__in=GATHERINGS, township__in=townships).exists():
        return 0
    crew, made = Crew(), 0
    for county in areas.counties():
        studios = list(_studios(county))
        for turn, plans in enumerate(HELD):
            studio, other = studios[turn], studios[(turn + 1) % len(studios)]
            shift = dice(f"gatherings {studio.code}").randint(-5, 3)  # no county does it on another's day
            for place, (kind, days) in enumerate(plans):
                made += _hold(studio, other, kind, place, days + shift, crew.clerk_of(studio.township), now)
    return made


def _studios(county: County) -> list[Studio]:
    """Return the studios that hold gatherings: first those of the township where the county's accounts are, then the
    next by code."""
    rows = Studio.objects.filter(kind="studio", active=True, township__county=county).select_related(
        "township"
    )
    seats = set(staff.SEATS.values())
    return sorted(rows, key=lambda studio: (studio.township_id not in seats, studio.code))


def _hold(
    studio: Studio, other: Studio, kind: str, place: int, days: int, clerk: User, now: datetime
) -> bool:
    rng = dice(f"gathering {studio.code} {days}")
    here = Deputy.objects.filter(active=True, studio=studio).order_by("pk")
    guests = Deputy.objects.filter(active=True, studio=other).order_by("pk")
    themes = TRAININGS if kind == Kind.TRAINING else EXCHANGES
    first = dice(f"themes {studio.code}").randrange(len(themes))
    title, summary = themes[(first + place // 2) % len(themes)]
    wanted: dict[str, Any] = {
        "by": clerk, "township": studio.township, "studio": studio, "kind": kind, "half": "afternoon",
        "title": title.format(other=other.name), "hours": "14:30—17:00", "deputies": [*here, *guests],
        "place": f"{studio.township.name}会议室" if kind == Kind.TRAINING else "",
    }  # fmt: skip
    activity = _planned(wanted, now, timezone.localdate(now) + timedelta(days=days))
    if activity is None:
        return False
    today = timezone.localdate(now)
    if activity.on <= today + timedelta(days=SOON):
        services.announce(activity.pk, by=clerk, at=min(now, activity.made_at + timedelta(days=2)))
    if activity.on < today:
        present = [deputy for deputy in wanted["deputies"] if rng.random() < 0.92]
        services.hold(activity.pk, by=clerk, present=present, people_met=0, summary=summary, at=now)
    return True


def _planned(wanted: Any, now: datetime, day: date) -> Activity | None:
    """Plan it on the first working day from `day` on which all are free; each is told when it is planned."""
    for _try in range(TRIES):
        day = add_workdays(day, 0).date
        at = min(now, now + (day - timezone.localdate(now)) - LEAD)
        try:
            activity = services.plan(on=day, at=at, **wanted)
        except Refused:
            day += timedelta(days=1)
            continue
        Message.objects.filter(about=f"activity/{activity.pk}").update(created_at=at)
        return activity
    return None

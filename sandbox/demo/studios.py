"""The demo's studios: opening times, homes linked, funding of three years, assessments in every state."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from deputies.models import Activity, State
from sandbox import areas
from sandbox.random_people import dice
from studios.assessments import services
from studios.models import Assessment, Funding, Membership, OpeningTime, Role, Studio

from . import gatherings

# How far the n-th studio of the office is in its assessment; empty: nobody has begun.
STAGES = [
    "published",
    "published",
    "checking",
    "",
    "submitted",
    "published",
    "confirmed",
    "",
    "inspected",
    "",
]
WANTING = [
    ("premises", "接待场所没有无障碍通道"),
    ("facilities", "意见箱锁已损坏"),
    ("rules", "反馈制度未上墙"),
]
LEARNING_RULES = "学习和活动制度"


def seed_studios(now: datetime) -> None:
    """Seed what studios lack: opening times, linked homes, funding, assessments. What is there stays."""
    with transaction.atomic():
        _link_homes()
        _open_doors()
        _fund(timezone.localdate(now).year)
        _assess(now)


def _studios() -> list[Studio]:
    rows = Studio.objects.filter(kind=Studio.Kind.STUDIO, township__code__startswith=areas.PREFECTURE)
    return list(rows.select_related("township").order_by("code"))


def _link_homes() -> None:
    studios = {studio.township_id: studio for studio in _studios()}
    homes = list(Studio.objects.filter(kind=Studio.Kind.HOME, belongs_to=None))
    for home in homes:
        home.belongs_to = studios.get(home.township_id)
    Studio.objects.bulk_update(homes, ["belongs_to"])


def _open_doors() -> None:
    """Open weekday mornings everywhere, afternoons too in half of them."""
    rows = []
    for place, studio in enumerate(Studio.objects.filter(times=None).order_by("code")):
        for weekday in range(5):
            rows.append(OpeningTime(studio=studio, weekday=weekday, opens=time(8, 30), closes=time(12)))
            if place % 2:
                rows.append(
                    OpeningTime(studio=studio, weekday=weekday, opens=time(14, 30), closes=time(17, 30))
                )
    OpeningTime.objects.bulk_create(rows)


def _fund(this_year: int) -> None:
    rows = []
    for studio in Studio.objects.filter(funding=None).order_by("code"):
        rng = dice(f"funding {studio.code}")
        for year in range(this_year - 2, this_year + 1):
            for source, least in (("county", 4), ("township", 1)):
                amount = Decimal(1000 * (least + rng.randint(0, 4)))
                rows.append(Funding(studio=studio, year=year, source=source, amount=amount))
    Funding.objects.bulk_create(rows)


def _assess(now: datetime) -> None:
    clerks = {m.area_code: m.user for m in Membership.objects.filter(role=Role.CLERK).select_related("user")}
    officials = {
        m.area_code: m.user
        for m in Membership.objects.filter(role=Role.COUNTY_OFFICIAL).select_related("user")
    }
    have = set(Assessment.objects.values_list("studio", flat=True))
    for place, studio in enumerate(_studios()):
        stage = STAGES[place % len(STAGES)]
        clerk, official = clerks.get(studio.township_id), officials.get(studio.township.county_id)
        if stage and clerk and official and studio.pk not in have:
            _take(studio, stage, place, clerk, official, now)


def _learned(studio: Studio, today: date) -> str:
    """Return which trainings and exchanges bear out that the rules on learning are kept; empty if there were none."""
    rows = Activity.objects.filter(
        studio=studio, kind__in=gatherings.GATHERINGS, state=State.HELD, on__lte=today
    )
    return "；".join(f"{row.on:%Y年%-m月%-d日}{row.title}" for row in rows.order_by("-on")[:2])


def _take(studio: Studio, stage: Any, place: int, clerk: User, official: User, now: datetime) -> None:
    """Take the assessment step by step, a few days apart, as far as `stage`."""
    begun = now - timedelta(days=30 + place % 20)
    pk = services.open_assessment(studio.pk, by=clerk, at=begun).pk
    rows = list(Assessment.objects.get(pk=pk).checks.all())
    missing = {rows[place % len(rows)].pk} if place % 4 == 2 else set()
    learned = _learned(studio, timezone.localdate(begun))
    ticks = {
        row.pk: {"met": row.pk not in missing, "evidence": learned if LEARNING_RULES in row.text else ""}
        for row in rows
    }
    services.check(pk, by=clerk, ticks=ticks, at=begun + timedelta(hours=1))
    findings = []
    if place % 3 == 0:
        kind, words = WANTING[place % len(WANTING)]
        findings = [
            {
                "have": kind,
                "text": words,
                "mend_by_on": timezone.localdate(now) + timedelta(days=place % 9 - 3),
            }
        ]
    steps = [
        ("submitted", lambda at: services.submit(pk, by=clerk, at=at)),
        ("confirmed", lambda at: services.confirm(pk, by=clerk, at=at)),
        (
            "inspected",
            lambda at: services.inspect(pk, by=official, findings=findings, note="实地查看", at=at),
        ),
        ("published", lambda at: services.publish(pk, by=official, note="现场查看，按记录评定", at=at)),
    ]
    if stage == "checking":
        return
    for number, (state, step) in enumerate(steps, start=1):
        step(begun + timedelta(days=2 * number))
        if state == stage:
            return

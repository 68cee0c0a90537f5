"""The demo's post: organs that sign letters, letters taken back, and messages that did not arrive."""

from datetime import datetime, timedelta

from letters.models import Letter, Organ
from letters.services import cancel
from notifications.models import Message
from opinions.models import Opinion
from opinions.workflow import triage
from sandbox import areas
from studios.models import Role

from .scenario import Crew

# In these counties every routing has its letter; in the others the officer issues it where it is wanted.
WITH_EVERY_ROUTING = ("433101", "433127")
CANCELLED = 3
# (state, attempts, error) of the latest text messages of a county.
TROUBLE = [
    (Message.State.FAILED, 1, '短信网关未接收：HTTP 422 {"error": "空号"}'),
    (Message.State.FAILED, 5, "短信网关连接不上：timed out"),
    (Message.State.UNCERTAIN, 1, "发出后线路中断：RemoteDisconnected"),
]


def organs() -> None:
    """Create the organs that sign letters."""
    known = set(Organ.objects.values_list("county", flat=True))
    for county in areas.counties():
        if county.pk not in known:
            organ = Organ.of(county)
            organ.issues_on_route = county.pk in WITH_EVERY_ROUTING
            organ.save(force_insert=True)


def letters_taken_back(now: datetime) -> None:
    """Void some letters that had a mistake; the opinion was given another one."""
    if Letter.objects.exclude(cancelled_at=None).exists():
        return
    crew = Crew()
    mistaken = Letter.objects.filter(kind="handover", county="433101", issued_at__lt=now - timedelta(days=30))
    for letter in mistaken.order_by("-issued_at")[:CANCELLED]:
        officer = crew.over_county(Role.TRIAGE_OFFICER, letter)
        at = letter.issued_at + timedelta(hours=2)
        cancel(letter.pk, by=officer, reason="主送单位名称有误，另行发函。", at=at)


def letters_on_request(now: datetime) -> None:
    """Issue letters in the other counties for what is still with the agency."""
    crew = Crew()
    waiting = Opinion.objects.filter(status__in=["routed", "handling"]).exclude(county__in=WITH_EVERY_ROUTING)
    for opinion in waiting.order_by("county", "-routed_at"):
        if not Letter.objects.filter(about=opinion.number, kind="handover").exists():
            triage.issue_handover(opinion.number, by=crew.over_county(Role.TRIAGE_OFFICER, opinion), at=now)


def messages_in_trouble() -> None:
    """Leave some messages as if the gateway had refused them and hung up on one."""
    texts = Message.objects.filter(channel="sms")
    if texts.filter(state__in=["failed", "uncertain"]).exists():
        return
    for county in areas.counties():
        latest = texts.filter(county=county, state="sent").order_by("-created_at")
        for message, (state, attempts, error) in zip(latest[: len(TROUBLE)], TROUBLE, strict=False):
            texts.filter(pk=message.pk).update(state=state, attempts=attempts, last_error=error, sent_at=None)

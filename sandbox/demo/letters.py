"""The demo's post: organs that sign letters, drafts, letters taken back and filed, messages that did not arrive."""

from datetime import datetime, timedelta

from django.utils import timezone

from letters.models import Draft, Letter, Organ, State
from letters.services import cancel, file
from notifications.models import Message
from opinions.models import Opinion
from opinions.workflow import report_back, triage
from opinions.workflow import supervision as supervise
from opinions.workflow.signing import sign_off_letter
from sandbox import areas
from studios.models import Role
from workdays.calendar import is_workday

from .scenario import Crew

# In these counties every routing has its letter; in the others the officer issues it where it is wanted.
WITH_EVERY_ROUTING = ("433101", "433127")
CANCELLED = 3
FILED = 6
WAITING = 3  # drafts of a county that nobody has signed off yet
# (state, attempts, error) of the latest text messages of a county.
TROUBLE = [
    (Message.State.FAILED, 1, '短信网关未接收：HTTP 422 {"error": "空号"}'),
    (Message.State.FAILED, 5, "短信网关连接不上：timed out"),
    (Message.State.UNCERTAIN, 1, "发出后线路中断：RemoteDisconnected"),
]


def organs() -> None:
    """Create the organs that sign letters. While the past is told every kind is issued by rule: each opinion lives its
    life alone there, and nobody signs off what waits."""
    known = set(Organ.objects.values_list("county", flat=True))
    for county in areas.counties():
        if county.pk not in known:
            organ = Organ.of(county)
            organ.issues_on_route = county.pk in WITH_EVERY_ROUTING
            organ.handover_by_rule = organ.supervision_by_rule = organ.reply_by_rule = True
            organ.save(force_insert=True)


def sign_from_now_on() -> None:
    """Have supervision letters and letters of reply signed off; hand-over letters too where not every routing has
    one."""
    rows = Organ.objects.filter(supervision_by_rule=True)
    rows.exclude(county__in=WITH_EVERY_ROUTING).update(handover_by_rule=False)
    rows.update(supervision_by_rule=False, reply_by_rule=False)


def letters_drafted(now: datetime) -> None:
    """Draft letters for what is late or answered in the first county, so that somebody has something to sign."""
    crew = Crew()
    here = Opinion.objects.filter(county=WITH_EVERY_ROUTING[0])
    if Draft.objects.filter(county=WITH_EVERY_ROUTING[0]).exists():
        return
    late = here.filter(status="handling", handling_due_on__lt=timezone.localdate(now), suspended_on=None)
    for opinion in late.order_by("handling_due_on", "pk")[:WAITING]:
        supervisor = crew.over_county(Role.SUPERVISOR, opinion)
        supervise.notify(opinion.number, by=supervisor, kind="supervise", letter=True, at=now)
    for opinion in here.filter(status="answered").order_by("-answered_at", "pk")[:WAITING]:
        report_back.issue_reply(opinion.number, by=crew.over_county(Role.TRIAGE_OFFICER, opinion), at=now)


def letters_filed(now: datetime) -> None:
    """File some letters of long ago."""
    if Letter.objects.exclude(filed_at=None).exists():
        return
    crew = Crew()
    old = Letter.objects.filter(county="433101", issued_at__lt=now - timedelta(days=60)).filter(
        State.SIGNED.q
    )
    for place, letter in enumerate(old.order_by("issued_at", "pk")[:FILED], 1):
        file(
            letter.pk,
            by=crew.over_county(Role.TRIAGE_OFFICER, letter),
            number=f"{letter.year}-D10-{place}",
            at=now,
        )


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
    """Draft letters in the other counties for what is still with the agency; on a working day all but some are signed
    off."""
    crew = Crew()
    waiting = Opinion.objects.filter(status__in=["routed", "handling"]).exclude(county__in=WITH_EVERY_ROUTING)
    for opinion in waiting.order_by("county", "-routed_at"):
        about = {"about": opinion.number, "kind": "handover"}
        if not (Letter.objects.filter(**about).exists() or Draft.objects.filter(**about).exists()):
            triage.issue_handover(opinion.number, by=crew.over_county(Role.TRIAGE_OFFICER, opinion), at=now)
    if not is_workday(timezone.localdate(now)):
        return
    for county in areas.counties():
        if county.pk not in WITH_EVERY_ROUTING:
            drafts = Draft.objects.waiting().filter(county=county).order_by("-drafted_at", "-pk")
            for draft in drafts[WAITING:]:
                supervisor = crew.over_county(Role.SUPERVISOR, Opinion.objects.get(number=draft.about))
                sign_off_letter(draft.about, by=supervisor, only=[draft.pk], at=now)


def messages_in_trouble() -> None:
    """Leave some messages as if the gateway had refused them and hung up on one."""
    texts = Message.objects.filter(channel="sms")
    if texts.filter(state__in=["failed", "uncertain"]).exists():
        return
    for county in areas.counties():
        latest = texts.filter(county=county, state="sent").order_by("-created_at")
        for message, (state, attempts, error) in zip(latest[: len(TROUBLE)], TROUBLE, strict=False):
            texts.filter(pk=message.pk).update(state=state, attempts=attempts, last_error=error, sent_at=None)

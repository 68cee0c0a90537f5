"""The steps that the demo's fates are made of: who does what, and how long they take over it."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from accounts.models import User
from opinions.lifecycle.statuses import Status
from opinions.models import Category
from opinions.triage import routing, urgent
from opinions.workflow import joint, notes, report_back, secrecy, supervision, triage
from sandbox.texts import said
from studios.models import Agency, Role
from workdays.calendar import add_workdays, workdays_between

from .pictures import of_handler
from .scenario import Life


def routed(life: Life) -> None:
    """Route it by the rules if they are sure; otherwise an officer takes a day or two."""
    opinion = life.look()
    if opinion.status != Status.REGISTERED:
        return
    opinion = life.wait(life.rng.choice([0, 0, 1, 1, 2]))
    officer = looked_at(life)
    if opinion.category_id is None:
        category = Category.objects.get(code=life.words.category)
        life.take(triage.classify, by=officer, category=category, matter_type=opinion.matter_type)
        opinion = life.wait(0)
    send(life, by=officer)


def looked_at(life: Life) -> User:
    """Let the triage officer acknowledge why the opinion is urgent, if it is; return the officer."""
    officer = life.crew.over_county(Role.TRIAGE_OFFICER, life.opinion)
    urgent.see(opinion=life.opinion, by=officer, now=life.at)
    return officer


def look_through(life: Life, officer: User) -> None:
    """Look through what the agency will read, where the citizen is to be kept secret."""
    if life.opinion.keep_secret and not life.opinion.redacted_at:
        life.take(secrecy.redact, by=officer)


def send(life: Life, *, by: User, **words: Any) -> None:
    """Route it to the agency responsible."""
    look_through(life, by)
    life.take(triage.route, by=by, lead_agency=routing.responsible_agency(life.opinion), **words)


def signed(life: Life) -> None:
    """Sign for it as the agency."""
    routed(life)
    life.wait(life.rng.choice([0, 0, 0, 1]))
    life.take(triage.sign, by=life.crew.handler(life.opinion))
    explained(life)


def explained(life: Life) -> None:
    """Tell the citizen a first word as the deputy who brought the opinion, if that one has an account."""
    deputy = life.opinion.deputy
    if deputy and deputy.user:
        words = "您反映的事我已转给承办单位，我会一直跟着，有结果第一时间告诉您。"
        life.take(notes.explain, by=deputy.user, words=words)


def signed_jointly(life: Life) -> None:
    """Route it to the agency responsible, with another to join; the lead agency signs. The rules may have been
    quicker: then nobody joins."""
    opinion = life.look()
    if opinion.status != Status.REGISTERED:
        signed(life)
        return
    opinion = life.wait(1)
    officer = looked_at(life)
    if opinion.category_id is None:
        category = Category.objects.get(code=life.words.category)
        opinion = life.take(triage.classify, by=officer, category=category, matter_type=opinion.matter_type)
    lead = routing.responsible_agency(opinion)
    if lead is None:
        raise LookupError(
            f"no agency is responsible for {opinion.category_id}"
        )  # the demo's categories all have one
    others = Agency.objects.filter(county=opinion.county_id).exclude(pk=lead.pk).order_by("pk")
    look_through(life, officer)
    life.take(triage.route, by=officer, lead_agency=lead, joint_agencies=[life.rng.choice(list(others))])
    life.wait(0)
    life.take(triage.sign, by=life.crew.handler(life.opinion))


def part_signed(life: Life) -> None:
    """Sign for the part of the joint agency."""
    _each_part(life, joint.joint_sign)


def part_returned(life: Life) -> None:
    """Return the part: it is not the joint agency's matter."""
    _each_part(life, joint.joint_return, reason="returns")


def part_answered(life: Life) -> None:
    """Answer the part of the joint agency."""
    _each_part(life, joint.joint_answer, answer="parts")


def _each_part(life: Life, action: Callable[..., object], **kinds: str) -> None:
    """Let every joint agency take the action, in words of these kinds."""
    for part in life.opinion.parts.select_related("agency"):
        by, words = (
            life.crew.handler_of(part.agency_id),
            {w: said(life.rng, kind) for w, kind in kinds.items()},
        )
        life.take(action, by=by, agency=part.agency, **words)


def answered(life: Life, *, late: bool = False, planned: bool | None = None) -> None:
    """Answer it on a day within the limit, or `late` some days after it, with a reply to the notice that came."""
    opinion = life.opinion
    today, limit = timezone.localdate(life.at), opinion.handling_due_on
    assert limit is not None  # noqa: S101 - it was routed
    if late:
        for days in (life.rng.randint(1, 3), life.rng.randint(4, 9)):
            opinion = life.wait_for(add_workdays(limit, days).date)
            if opinion.acknowledge_by_on:
                promised(life)
            if life.rng.random() < 0.5:
                break
    else:
        left = max(1, workdays_between(today, limit))
        life.wait_for(min(limit, add_workdays(today, life.rng.randint(max(1, left // 3), left)).date))
    if life.opinion.status == Status.ROUTED:
        life.take(triage.sign, by=life.crew.handler(life.opinion))
        life.wait(0)
    planned = life.rng.random() < 0.3 if planned is None else planned
    words: dict[str, Any] = {"outcome": "A", "answer": life.words.solved}
    if planned:
        words = {"outcome": life.rng.choice("BBCD"), "answer": life.words.planned}
    elif life.photo:
        words["files"] = of_handler(life.photo, life.words.category)
    life.take(report_back.answer, by=life.crew.handler(life.opinion), **words)


def promised(life: Life) -> None:
    """Reply to the notice as the agency, and promise to answer within three working days."""
    promised_on = add_workdays(timezone.localdate(life.at), 3).date
    life.take(
        supervision.acknowledge,
        by=life.crew.handler(life.opinion),
        reply=said(life.rng, "replies"),
        promised_on=promised_on,
    )


def told(life: Life) -> None:
    """Report back to the citizen: by the system, if they wrote from afar, else by the clerk; then a call back."""
    clerk = life.crew.clerk(life.opinion)
    if life.opinion.status == Status.ANSWERED:
        life.wait(life.rng.choice([0, 1, 1, 2]))
    if life.opinion.status == Status.ANSWERED:
        ways = ["visit", "letter"] if not life.opinion.citizen_phone else ["phone", "phone", "visit", "sms"]
        how = life.rng.choice(ways)
        if how == "letter":
            life.take(report_back.issue_reply, by=clerk)
        life.take(report_back.report_back, by=clerk, how=how, note=said(life.rng, "notes"))
    if life.rng.random() < 0.7:
        life.wait(life.rng.randint(1, 4))
        reached = life.rng.random() < 0.85
        note = said(life.rng, "calls") if reached else ""
        life.take(report_back.call_back, by=clerk, reached=reached, note=note)


def evaluated(life: Life) -> None:
    """Evaluate: most say that they are satisfied; of the others the window closes the matter."""
    if life.rng.random() < 0.75:
        life.wait(life.rng.randint(0, 3))
        satisfaction = life.rng.choices(["satisfied", "mostly"], [3, 1])[0]
        clerk = life.crew.clerk(life.opinion)
        how = life.rng.choice(["phone", "visit", "paper"])
        life.take(report_back.evaluate, by=clerk, satisfaction=satisfaction, how=how)
    else:
        life.until_checked()
    deputy = life.opinion.deputy
    if deputy and deputy.user and life.rng.random() < 0.7:
        life.wait(life.rng.randint(1, 5))
        life.take(report_back.rate, by=deputy.user, rating="satisfied")


def unhappy(life: Life) -> None:
    """Evaluate as not satisfied, with a reason: it is reopened."""
    life.wait(life.rng.randint(1, 3))
    clerk = life.crew.clerk(life.opinion)
    words = {"satisfaction": "not", "how": "phone", "reason": said(life.rng, "unhappy")}
    life.take(report_back.evaluate, by=clerk, **words)

"""What a text message from a citizen means: an evaluation, an end to messages, more about an open opinion, a new one.

Whose an opinion is, is known by the phone number alone, which the gateway vouches for. Where the rules leave a doubt a
clerk decides: nothing is guessed.
"""

import re
import unicodedata
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts import rate_limit
from accounts.actors import CITIZEN
from common.security.numbers import mask_numbers
from notifications.models import Muted, Received
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import SMS
from opinions.lifecycle.reasons import HowRated, Satisfaction
from opinions.lifecycle.statuses import OPEN, Status
from opinions.lifecycle.transitions import ACTIONS, refusal
from opinions.models import Opinion
from opinions.models.choices import Channel
from opinions.workflow.asking import answer_question
from opinions.workflow.notes import supplement
from opinions.workflow.register import register
from opinions.workflow.report_back import evaluate

from . import replies

State = Received.State
NUMBER = re.compile(r"(?<!\d)\d{6}-\d{4}-\d{6}(?!\d)")
STOP = {"退订", "TD", "T", "STOP", "不再接收", "退订短信"}
START = {"恢复", "订阅", "START"}
GRADES = {
    "1": Satisfaction.SATISFIED, "满意": Satisfaction.SATISFIED,
    "2": Satisfaction.MOSTLY, "基本满意": Satisfaction.MOSTLY,
    "3": Satisfaction.NOT, "不满意": Satisfaction.NOT,
}  # fmt: skip
NOT_WITH_REASON = re.compile(r"(?:3|不满意)[\s,.:;、。]+(.+)", re.DOTALL)
EDGES = " \t\r\n。.,!、;:'\"“”()【】[]"
# Shorter words (好的, 谢谢) begin no opinion by themselves.
LEAST = 8
NEW_A_DAY = 3
# So long after the answer a grade is taken for it, as the evaluation link is; a reason after we asked for it.
GRADED_WITHIN, REASON_WITHIN = timedelta(days=90), timedelta(days=14)


def act(row: Received, now: datetime) -> str:
    """Do what the message asks for, set what it is about, and return its new state. Call in a transaction that holds
    the row's lock."""
    text = unicodedata.normalize("NFKC", row.body).strip(EDGES)
    plain = text.upper()
    if plain in STOP:
        Muted.objects.get_or_create(phone_index=row.sender_index, defaults={"at": now})
        return State.ASIDE  # about no opinion: its number goes with the others' that were set aside
    if plain in START:
        Muted.objects.filter(phone_index=row.sender_index).delete()
        return State.ASIDE
    steps: list[Callable[[Received, str, datetime], str]] = [_grade, _reason, _addition, _new]
    try:
        done = next((state for step in steps if (state := step(row, text, now))), "")
    except Refused:
        done = ""  # it is not possible any more: a clerk finds out what is meant
    if not done:
        replies.closed(row, now)
    return done or State.WAITING


def _own(row: Received) -> QuerySet[Opinion]:
    rows = Opinion.objects.filter(phone_index=row.sender_index, erased_at=None)
    return rows.select_related("township__county", "studio", "merged_into")


def _possible(action: str, opinion: Opinion, now: datetime) -> bool:
    return not refusal(ACTIONS[action], opinion, timezone.localdate(now))


def _told(row: Received, now: datetime) -> Opinion | None:
    """Return the one opinion whose answer the citizen may be evaluating; None where there are several or none."""
    rows = _own(row).filter(status__in=[Status.REPORTED_BACK, Status.CLOSED, Status.MERGED], satisfaction="")
    found = [one for one in rows if _possible("evaluate", one, now) and _fresh(one, now)]
    waiting = [one for one in found if one.status == Status.REPORTED_BACK] or found
    return waiting[0] if len(waiting) == 1 else None


def _fresh(opinion: Opinion, now: datetime) -> bool:
    told_at = (opinion.merged_into or opinion).reported_back_at
    return told_at is not None and now - told_at <= GRADED_WITHIN


def _rate(row: Received, opinion: Opinion, grade: str, reason: str) -> str:
    row.about = opinion.number
    evaluate(opinion.number, by=CITIZEN, via=SMS, satisfaction=grade, how=HowRated.SMS, reason=reason)
    if grade == Satisfaction.NOT:
        replies.taken_up_again(row, opinion)
    return State.DONE


def _grade(row: Received, text: str, now: datetime) -> str:
    """1, 2 or 3, alone; 3 also with the reason. A bare 3 is asked for its reason: without one nothing is reopened."""
    grade, with_reason = GRADES.get(text), NOT_WITH_REASON.fullmatch(text)
    if not grade and not with_reason:
        return ""
    opinion = _told(row, now)
    if opinion is None:
        return State.WAITING if grade else ""
    if with_reason:
        return _rate(row, opinion, Satisfaction.NOT, with_reason[1].strip())
    if grade == Satisfaction.NOT:
        row.about = opinion.number
        replies.ask_reason(row, opinion)
        return State.ASKED
    return _rate(row, opinion, str(grade), "")


def _reason(row: Received, text: str, now: datetime) -> str:
    """The next message after a bare 3 is its reason."""
    asked = Received.objects.filter(sender_index=row.sender_index, state=State.ASKED)
    last = asked.filter(received_at__gt=now - REASON_WITHIN).select_for_update(of=("self",)).first()
    opinion = last and _own(row).filter(number=last.about).first()
    if not last or not opinion or not text or not _possible("evaluate", opinion, now):
        return ""
    asked.filter(about=last.about).update(state=State.DONE)
    return _rate(row, opinion, Satisfaction.NOT, text)


def _addition(row: Received, text: str, now: datetime) -> str:
    """Put the words on the opinion they are about: the one whose number is in them, the one that is open, or the one
    whose agency has asked something."""
    own = [
        one
        for one in _own(row).filter(status__in=[*OPEN, Status.MERGED])
        if _possible("supplement", one, now)
    ]
    named = NUMBER.search(text)
    if named:
        own = [one for one in own if one.number == named[0]]
    elif len(own) > 1:
        own = [one for one in own if one.question]
    if len(own) != 1:
        several = named or _own(row).filter(status__in=OPEN).exists()
        return State.WAITING if several else ""
    if not text:
        return ""
    row.about = own[0].number
    action = answer_question if own[0].question else supplement
    action(row.about, by=CITIZEN, via=SMS, words=row.body)
    replies.closed(row, now)
    return State.DONE


def _new(row: Received, text: str, now: datetime) -> str:
    """Register a new opinion: at the studio where this number last told one, else at the office's own."""
    if len(text) < LEAST:
        return ""
    a_day = timedelta(days=1)
    if not rate_limit.granted("new by message", row.sender_index, most=NEW_A_DAY, within=a_day, now=now):
        return ""
    before = _own(row).filter(studio__active=True).order_by("-registered_at").first()
    if before and before.studio:
        row.county, row.township, row.studio = before.township.county, before.township, before.studio
    key = uuid.uuid5(uuid.NAMESPACE_URL, row.key)
    opinion = register(
        by=CITIZEN,
        township=row.township,
        studio=row.studio,
        channel=Channel.SMS,
        title=title_of(row.body),
        body=row.body[:10_000],
        citizen_phone=row.sender,
        submission_key=key,
        may_text=lambda phone: False,  # the receipt below also has the code, which no page shows them
        via=SMS,
    )
    row.about = opinion.number
    replies.receipt(row, opinion, key)
    return State.DONE


def title_of(text: str) -> str:
    """Return the beginning of a message as a title: never a number of a person."""
    first = re.split(r"[。！？!?\n]", mask_numbers(text).strip(), maxsplit=1)[0].strip()
    return first[:30] or mask_numbers(text)[:30]

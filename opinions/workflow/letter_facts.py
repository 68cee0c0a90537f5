"""The facts of an opinion for a letter: the values of the placeholders in letters/facts.py, in the office's
language."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from letters.models import Kind, Letter
from letters.services import in_chinese
from opinions.lifecycle.statuses import Clock, Status
from opinions.models import EscalationLevel, Opinion
from opinions.models.choices import Outcome
from opinions.models.time_limits import LimitFrom
from opinions.privacy.masking import CitizenView
from workdays.calendar import add_workdays, is_published, workdays_between

from . import deadlines
from .letter_matter import former, inner_quotes, joint_due, of_matter, short
from .transition import Transition

EARLIER = 6  # notices named in a letter


def common(opinion: Opinion) -> dict[str, Any]:
    """Return the facts of every kind of letter. One query for county and studio, one more where there are joint
    agencies."""
    rows = Opinion.objects.select_related("county", "studio", "deputy").only(
        "county", "studio", "deputy__name"
    )
    row = rows.annotate(files=Count("attachments")).get(pk=opinion.pk)
    opinion.county, opinion.studio, opinion.township.county = row.county, row.studio, row.county
    studio = opinion.studio
    return {
        "opinion": opinion.number,
        "told_on": in_chinese(timezone.localdate(opinion.registered_at)),
        "place": f"{opinion.county}{opinion.township}",
        "studio": str(studio) if studio else _("the deputies' liaison studio"),
        "studio_phone": studio.phone if studio else "",
        "studio_address": studio.address if studio else "",
        "deputy": row.deputy.name if row.deputy else "",
        "files": row.files,
        "agency": opinion.lead_agency,
        "joint": _joint(opinion),
        "round": opinion.round,
    }


def _joint(opinion: Opinion) -> str:
    if not getattr(opinion, "has_parts", True):  # known to the transition that locked it
        return ""
    return _(", ").join(opinion.parts.order_by("agency_id").values_list("agency__name", flat=True))


def to_agency(opinion: Opinion, words: str) -> dict[str, Any]:
    """Return the facts that an agency may read: never the citizen's name or number, whether or not they are to be
    kept secret."""
    shown = CitizenView(opinion, clear=False, hidden=True, may_reveal=False)
    with override(settings.LANGUAGE_CODE):
        facts = common(opinion)
        facts |= of_matter(opinion, shown, facts.pop("files"))
        return facts | {
            "addressee": opinion.lead_agency.name,
            "days": opinion.handling_days or "",
            "days_from": _limit_from(opinion, Clock.HANDLING, opinion.handling_from),
            "due": in_chinese(opinion.handling_due_on),
            "provisional": flag(not is_published(deadlines.answer_day(opinion).year)),
            "routed_on": in_chinese(timezone.localdate(opinion.routed_at)),
            "words": shown.words(words),
        }


# The facts that `corrected` returns.
CORRECTED = (
    "place",
    "village",
    "studio",
    "studio_phone",
    "studio_address",
    "urgency",
    "title",
    "short_title",
    "matter",
    "long",
    "enclosures",
)


def corrected(opinion: Opinion) -> dict[str, Any]:
    """Return what a letter to the agency says of the text, the place and the studio as they are now (CORRECTED)."""
    shown = CitizenView(opinion, clear=False, hidden=True, may_reveal=False)
    with override(settings.LANGUAGE_CODE):
        values = common(opinion)
        values |= of_matter(opinion, shown, values.pop("files"))
    return {name: values[name] for name in CORRECTED}


def of_handover(t: Transition) -> dict[str, Any]:
    """Return until when to sign and to return; in a new round also what is still unsolved. One query more in a new
    round."""
    opinion = t.opinion
    facts = {
        "sign_due": in_chinese(_sign_due(opinion)),
        "designated": flag(opinion.designated),
        "return_by": in_chinese(opinion.return_by_on),
        "joint_due": joint_due(opinion),
    }
    return facts if opinion.round == 1 else facts | _again(t) | former(opinion, Kind.HANDOVER)


def _sign_due(opinion: Opinion) -> date:
    """Return the running clock's day; in the transition that routes it, or after it was signed for, the day by the
    limit in force."""
    routed_on = timezone.localdate(opinion.routed_at)
    if opinion.status == Status.ROUTED and opinion.clock_on == routed_on:
        return deadlines.due_day(opinion)
    return add_workdays(routed_on, deadlines.limit(Clock.SIGNING, opinion)[0]).date


def _again(t: Transition) -> dict[str, Any]:
    """Return why the opinion is handled again. `again`: by the agency that answered it, so that no officer chose
    another."""
    opinion = t.opinion
    rows = opinion.events.filter(action__in=["answer", "reopen", "route"]).select_related("words")
    last = list(rows.order_by("-sequence")[:3])
    reopened = next((event for event in last if event.action == "reopen"), None)
    answered = next((event for event in last if event.action == "answer"), None)
    if t.action.code == "reopen":
        reason, same = t.text, True
    else:
        reason = reopened.words.text if reopened and hasattr(reopened, "words") else ""
        same = t.action.code != "route" and last[:1] == [reopened]
    shown = CitizenView(opinion, clear=False, hidden=True, may_reveal=False)
    facts = {"again_reason": shown.words(reason)}
    if same and answered:
        facts |= {"again": flag(True), "answered_on": in_chinese(timezone.localdate(answered.at))}
    return facts


def of_supervision(opinion: Opinion, today: date) -> dict[str, Any]:
    """Return which limit is missed, its day, how late it is, and what came before. Two queries."""
    signing = opinion.status == Status.ROUTED
    due_on = deadlines.due_day(opinion)
    late = today > due_on
    days = workdays_between(due_on, today) if late else 0
    with override(settings.LANGUAGE_CODE):
        step = (
            pgettext("step of a letter", "sign for it") if signing else pgettext("step of a letter", "answer")
        )
        undone = (
            pgettext("step of a letter", "not signed for yet")
            if signing
            else pgettext("step of a letter", "not answered yet")
        )
        return {
            "step": step,
            "undone": undone,
            "demand": demand(opinion, today),
            "step_days": opinion.clock_days,
            "step_from": _limit_from(
                opinion, Clock.SIGNING if signing else Clock.HANDLING, opinion.clock_from
            ),
            "step_start": in_chinese(opinion.clock_on),
            "step_due": in_chinese(due_on),
            "added_days": "" if signing else opinion.added_days or "",
            "overdue": flag(late),
            "late_days": days or "",
            "earlier": _earlier(opinion),
            "broken_promise": _broken_promise(opinion, today),
            "handover_number": handover_number(opinion),
            "again": flag(opinion.round > 1),
            **former(opinion, Kind.SUPERVISION),
        }


def of_reply(opinion: Opinion, today: date) -> dict[str, Any]:
    """Return the answer, its outcome in words for the citizen, how late it came, and until when to evaluate it."""
    answered_on, due = timezone.localdate(opinion.answered_at), deadlines.answer_day(opinion)
    with override(settings.LANGUAGE_CODE):
        name = opinion.citizen_name
        addressee = (
            pgettext("letter", "%(name)s (addressed)") % {"name": name}
            if name
            else _("the citizen who told it")
        )
        facts = common(opinion) | (former(opinion, Kind.REPLY) if opinion.round > 1 else {})
        del facts["files"]
        return facts | {
            "addressee": addressee,
            "title": inner_quotes(opinion.title),
            "short_title": inner_quotes(short(opinion.title)),
            "matter": opinion.body,
            "answer": opinion.answer,
            "outcome": str(opinion.get_outcome_display()).removeprefix(f"{opinion.outcome} "),
            "outcome_said": _outcome(opinion.outcome),
            "due": in_chinese(due),
            "late_days": (workdays_between(due, answered_on) or "") if answered_on > due else "",
            "window_until": in_chinese(window_until(opinion, today)),
            "again": flag(opinion.round > 1),
        }


def flag(value: object) -> str:
    """Return a condition as a template tests it: empty or not."""
    return "1" if value else ""


def _limit_from(opinion: Opinion, clock: str, source: str) -> str:
    """Return whose limit it is: by the matter, or set for all counties, by the county, when it was routed."""
    if source == LimitFrom.GENERAL:
        return pgettext("limit in a letter", "set for all counties")
    if source == LimitFrom.COUNTY:
        return pgettext("limit in a letter", "set by the county")
    if source == LimitFrom.OFFICER:
        return pgettext("limit in a letter", "set when it was routed")
    if clock != Clock.HANDLING:
        return pgettext("limit in a letter", "the same for all opinions")
    if opinion.is_complex:
        return pgettext("limit in a letter", "complex matters")
    return pgettext("limit in a letter", "of the kind %(matter)s") % {
        "matter": opinion.get_matter_type_display()
    }


def demand(opinion: Opinion, today: date) -> str:
    """Return what a supervision letter demands `today`."""
    answer_on = deadlines.answer_day(opinion)
    if opinion.status == Status.ROUTED:
        if today > answer_on:
            return _("Please sign for it without delay and answer as soon as possible.")
        return _("Please sign for it without delay and begin; the answer is still due on %(due)s.") % {
            "due": in_chinese(answer_on)
        }
    if today > deadlines.due_day(opinion):
        return _("Please see to it and answer as soon as possible.")
    return _("Please see to it and answer in time.")


def _earlier(opinion: Opinion) -> str:
    """Return the notices of this routing before now: 11月24日提醒、11月25日催办."""
    sent = opinion.notices.filter(round=opinion.round, issued_at__gte=opinion.routed_at).order_by("-event_id")
    kinds = dict(EscalationLevel.Kind.choices)
    days = [(timezone.localdate(notice.issued_at), kinds[notice.kind]) for notice in sent[:EARLIER]]
    return "、".join(f"{day.month}月{day.day}日{kind}" for day, kind in reversed(days))


def _broken_promise(opinion: Opinion, today: date) -> str:
    promised_on = opinion.promised_on
    return in_chinese(promised_on) if promised_on and promised_on < today else ""


def handover_number(opinion: Opinion) -> str:
    """Return the number of the valid hand-over letter of this routing; "" if there is none."""
    sent = Letter.objects.filter(about=opinion.number, kind=Kind.HANDOVER, agency=opinion.lead_agency_id)
    letter = sent.filter(issued_at__gte=opinion.routed_at, cancelled_at=None).defer("facts_text").first()
    return str(letter) if letter else ""


def _outcome(code: str) -> str:
    sentences: dict[str, str] = {
        Outcome.A: pgettext("outcome for the citizen", "solved"),
        Outcome.B: pgettext("outcome for the citizen", "being solved"),
        Outcome.C: pgettext("outcome for the citizen", "planned, to be solved step by step"),
        Outcome.D: pgettext("outcome for the citizen", "explained"),
    }
    return sentences.get(code, "")


def window_until(opinion: Opinion, today: date) -> date | None:
    """Return the last day for evaluating the answer, if it is handed over `today`; None where it no longer can be."""
    if opinion.status == Status.REPORTED_BACK:
        return opinion.due_on
    if opinion.status == Status.ANSWERED:  # it opens when the letter is handed over
        return add_workdays(today, deadlines.limit(Clock.WINDOW, opinion)[0]).date
    return None

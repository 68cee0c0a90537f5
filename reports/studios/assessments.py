"""What the assessment criteria need of records above their app: the measurement handed down, and reminders sent."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from notifications.models import Topic
from notifications.services import queue
from opinions.models import Opinion
from reports.activities.sessions import Sessions, learning_of, sessions_of
from reports.definitions.counts import ALL, Counts
from reports.definitions.periods import registered_between
from reports.figures.counting import count_figures
from studios.assessments import findings, reviews
from studios.assessments.measures import Measurement
from studios.models import Assessment, Check, Finding, Role, Studio


def measure(studio_ids: Collection[int], first: date, last: date) -> dict[int, Measurement]:
    """Return one Measurement for each studio: opinions by the same counts as every report, sessions as they were
    held."""
    rows = Opinion.objects.filter(registered_between(first, last), studio__in=studio_ids)
    counted = count_figures(rows, by="studio")
    sessions, learning = sessions_of(studio_ids, first, last), learning_of(studio_ids, first, last)
    return {
        pk: replace(
            _measurement(first, last, counted.get(pk, Counts()), sessions.get(pk, Sessions())),
            learning_held=learning.get(pk, 0),
        )
        for pk in studio_ids
    }


def _measurement(first: date, last: date, counts: Counts, sessions: Sessions) -> Measurement:
    return Measurement(
        first,
        last,
        sessions_planned=sessions.planned,
        sessions_published=sessions.published,
        sessions_held=sessions.held,
        sessions_kept=sessions.kept,
        opinions_taken=counts[ALL],
        accepted=counts["accepted"],
        reopened=counts["reopened"],
        closed=counts["closed"],
        closed_on_time=counts["on_time"],
        reported_back=counts["reported"],
        called_back=counts["called_back"],
        evaluated=counts["evaluated_once"],
        first_satisfied=counts["first_satisfied"],
        satisfied=counts["last_satisfied"],
    )


def remind(*, now: datetime | None = None) -> int:
    """Remind of all that is due by `now`; return of how many findings and items."""
    return remind_of_findings(now=now) + remind_of_reviews(now=now)


def remind_of_findings(*, now: datetime | None = None) -> int:
    """Remind those who must correct what an inspection found, when it is due; return how many findings."""
    return findings.remind(tell=lambda finding, late: _tell_of_finding(finding, late, now), now=now)


def remind_of_reviews(*, now: datetime | None = None) -> int:
    """Remind the studio's people of the items that they wanted to review on this day; return how many items."""
    return reviews.remind(tell=lambda assessment, items: _tell_of_review(assessment, items, now), now=now)


def _clerks_of(studio: Studio) -> dict[int, User]:
    over = User.objects.filter(is_active=True, memberships__role=Role.CLERK)
    people = {user.pk: user for user in over.filter(memberships__studio=studio)}
    return people | {user.pk: user for user in over.filter(memberships__area_code=studio.township_id)}


def _tell_of_finding(finding: Finding, late: bool, now: datetime | None) -> None:
    """Queue the reminder for the clerks of the studio and township; once the day has passed, for the inspector too."""
    studio = finding.assessment.studio
    people = _clerks_of(studio)
    if late and finding.found_by and finding.found_by.is_active:
        people[finding.found_by.pk] = finding.found_by
    with override(settings.LANGUAGE_CODE):
        subject = _("Overdue: a finding is not corrected") if late else _("A finding is to be fixed soon")
        body = _("%(studio)s: “%(finding)s” is to be fixed by %(day)s.") % {
            "studio": studio.name,
            "finding": finding.text,
            "day": finding.mend_by_on,
        }
    key = f"finding/{finding.pk}/{finding.mend_by_on}/{'late' if late else 'soon'}"
    _queue(people, key, finding.assessment, subject, body, now)


def _tell_of_review(assessment: Assessment, items: list[Check], now: datetime | None) -> None:
    with override(settings.LANGUAGE_CODE):
        subject = _("Review items of the assessment criteria")
        body = "\n".join(f"{item.review_on} {item.get_have_display()}{_(': ')}{item.text}" for item in items)
    key = f"review/{items[0].pk}/{items[0].review_on}"
    _queue(_clerks_of(assessment.studio), key, assessment, subject, body, now)


def _queue(
    people: dict[int, User], key: str, assessment: Assessment, subject: str, body: str, now: datetime | None
) -> None:
    """Queue the message for each person. The key makes a reminder that was sent impossible to send again."""
    for user in people.values():
        queue(
            key=f"{key}/{user.pk}",
            channel="inbox",
            recipient=user,
            subject=f"{subject}：{assessment.studio.name}",
            body=body,
            about=f"assessment/{assessment.pk}",
            topic=Topic.WORK,
            at=now,
        )

"""The one write path of assessments: lock through the actor's scope → check → change → one step on record → audit.

What apps above must say (messages) or know (measured numbers) is handed in: this app imports none of them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from studios.errors import Refused, Stale
from studios.models import Assessment, AssessmentItem, Check, Finding, Studio
from studios.models.assessment_states import ACTIONS, CLERK, State, refusal, who
from studios.models.criteria import TICKED
from studios.permissions.scope import roles_over

from . import measures
from .findings import first_reminder
from .judging import bounds_for, items_for, judge
from .record import record_step


@transaction.atomic
def open_assessment(studio_pk: int, *, by: User, at: datetime | None = None) -> Assessment:
    """Begin a self-check with today's items; return the unfinished one when there is one. What was met in the last
    round starts as met: nobody fills in a form twice.

    Raises Studio.DoesNotExist outside the scope, PermissionDenied in a wrong role, Refused for a deputies' home.
    """
    rows = Studio.objects.visible_to(by).with_roles(by).select_related("township")
    studio = rows.select_for_update(of=("self",)).get(pk=studio_pk)
    if CLERK not in roles_over(studio):
        raise PermissionDenied(_("The clerks of the studio or township do the self-check."))
    if studio.is_home:
        raise Refused(_("The assessment criteria are asked of studios; a deputies' home is none."))
    if present := studio.assessments.exclude(state=State.PUBLISHED).first():
        return present
    at = at or timezone.now()
    last = studio.assessments.filter(in_force=True).first()
    before = {check.item_id: check for check in last.checks.all()} if last else {}
    assessment = Assessment.objects.create(studio=studio, opened_at=at)
    Check.objects.bulk_create(
        _check_of(assessment, item, before.get(item.pk))
        for item in items_for(studio.township.county_id)
        if item.have in TICKED
    )
    record_step(assessment, "open", by=by, at=at)
    return assessment


def _check_of(assessment: Assessment, item: AssessmentItem, before: Check | None) -> Check:
    check = Check(assessment=assessment, item=item, have=item.have, text=item.text, place=item.place)
    if before:
        check.met, check.evidence, check.photo_id = before.met, before.evidence, before.photo_id
        check.review_on, check.remind_on = before.review_on, before.remind_on
    return check


@contextmanager
def taking(
    code: str, pk: int, *, by: User, version: int | None = None, at: datetime | None = None, words: str = ""
) -> Iterator[tuple[Assessment, datetime]]:
    """Take the action `code` on an assessment: yield it, locked, with the moment; save it and record the step
    afterwards.

    Raises Assessment.DoesNotExist outside the scope, PermissionDenied in a wrong role, Stale when somebody was
    first, Refused for what is not possible now.
    """
    action = ACTIONS[code]
    with transaction.atomic():
        rows = Assessment.objects.visible_to(by).with_roles(by).select_related("studio__township")
        assessment = rows.select_for_update(of=("self",)).get(pk=pk)
        if not roles_over(assessment) & who(action, assessment.state):
            raise PermissionDenied(_("Your role does not include this action here."))
        if version is not None and version != assessment.version:
            raise Stale(assessment)
        if reason := refusal(action, assessment.state):
            raise Refused(reason)
        at = at or timezone.now()
        yield assessment, at
        assessment.state = action.to or assessment.state
        assessment.version += 1
        assessment.save()
        record_step(assessment, code, by=by, at=at, words=words)


def check(
    pk: int,
    *,
    by: User,
    version: int | None = None,
    ticks: dict[int, dict[str, Any]],
    at: datetime | None = None,
) -> Assessment:
    """Save the self-check so far. `ticks` is {check id: {met, evidence, photo, review_on}}."""
    with taking("check", pk, by=by, version=version, at=at) as (assessment, _at):
        _tick(assessment, ticks)
    return assessment


def _tick(assessment: Assessment, ticks: dict[int, dict[str, Any]]) -> None:
    rows = {row.pk: row for row in assessment.checks.all()}
    for row_pk, values in ticks.items():
        row = rows[row_pk]
        photo = values.get("photo")
        if photo and photo.studio_id != assessment.studio_id:
            raise Refused(_("The photo is of another studio."))
        row.met, row.evidence, row.photo = values["met"], values.get("evidence", ""), photo
        if row.review_on != values.get("review_on"):
            row.review_on = row.remind_on = values.get("review_on")
    Check.objects.bulk_update(rows.values(), ["met", "evidence", "photo", "review_on", "remind_on"])


def submit(
    pk: int, *, by: User, version: int | None = None, note: str = "", at: datetime | None = None
) -> Assessment:
    """Submit the self-check; schedule and results are measured now and kept as numbers."""
    with taking("submit", pk, by=by, version=version, at=at, words=note) as (assessment, now):
        _measure(assessment, now)
        judge(assessment)
    return assessment


def confirm(
    pk: int, *, by: User, version: int | None = None, note: str = "", at: datetime | None = None
) -> Assessment:
    """Confirm the self-check as the township."""
    with taking("confirm", pk, by=by, version=version, at=at, words=note) as (assessment, _at):
        judge(assessment)
    return assessment


def send_back(
    pk: int, *, by: User, version: int | None = None, reason: str, at: datetime | None = None
) -> Assessment:
    """Send it back to the self-check; the findings of an inspection stay, with their reminders."""
    with taking("send_back", pk, by=by, version=version, at=at, words=reason):
        pass
    return Assessment.objects.get(pk=pk)


def inspect(
    pk: int,
    *,
    by: User,
    version: int | None = None,
    findings: Iterable[dict[str, Any]] = (),
    note: str = "",
    at: datetime | None = None,
) -> Assessment:
    """Record the county's inspection. `findings` are {have, text, mend_by_on}; each makes its criterion unmet until
    it is settled. Measured again, so that the inspector judges by the numbers of the day."""
    with taking("inspect", pk, by=by, version=version, at=at, words=note) as (assessment, now):
        for found in findings:
            if found["mend_by_on"] <= timezone.localdate(now):
                raise Refused(_("Give a day in the future to correct it by."), "mend_by_on")
            Finding.objects.create(
                assessment=assessment,
                found_at=now,
                found_by=by,
                remind_at=first_reminder(found["mend_by_on"]),
                **found,
            )
        _measure(assessment, now)
        judge(assessment)
    return assessment


def publish(
    pk: int, *, by: User, version: int | None = None, note: str = "", at: datetime | None = None
) -> Assessment:
    """Publish the assessment: it is in force from now on; the one before becomes history."""
    with taking("publish", pk, by=by, version=version, at=at, words=note) as (assessment, now):
        before = Assessment.objects.filter(studio=assessment.studio_id, in_force=True)
        Check.objects.filter(assessment__in=before).update(remind_on=None)
        before.update(in_force=False)
        judge(assessment)
        assessment.in_force, assessment.published_at = True, now
    return assessment


def _measure(assessment: Assessment, at: datetime) -> None:
    studio = assessment.studio
    measured = measures.measure([studio.pk], timezone.localdate(at))[studio.pk]
    assessment.measured = measured.as_numbers()
    assessment.bounds = bounds_for(items_for(studio.township.county_id))

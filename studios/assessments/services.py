"""The one write path of assessments: lock through the actor's scope → check → change → one step on record → audit.

What apps above must say (messages) or know (measured numbers) is handed in: this app imports none of them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from studios.errors import Refused, Stale
from studios.models import Assessment, AssessmentItem, Check, Finding, Role, Studio
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
    code: str,
    pk: int,
    *,
    by: User,
    version: int | None = None,
    at: datetime | None = None,
    words: str | list[str] = "",
) -> Iterator[tuple[Assessment, datetime]]:
    """Take the action `code` on an assessment: yield it, locked, with the moment; save it and record the step
    afterwards. To a list of words the caller may add until then.

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
        said = words if isinstance(words, str) else "；".join(word for word in words if word)
        record_step(assessment, code, by=by, at=at, words=said)


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
    pk: int,
    *,
    by: User,
    version: int | None = None,
    note: str = "",
    ticks: dict[int, dict[str, Any]] | None = None,
    at: datetime | None = None,
) -> Assessment:
    """Submit the self-check, with what is ticked off on the page; schedule and results are measured now and kept as
    numbers."""
    with taking("submit", pk, by=by, version=version, at=at, words=note) as (assessment, now):
        _tick(assessment, ticks or {})
        _measure(assessment, now)
        judge(assessment)
    return assessment


def confirm(
    pk: int, *, by: User, version: int | None = None, note: str = "", at: datetime | None = None
) -> Assessment:
    """Confirm the self-check as the township: not by the person who submitted it, where there is somebody else."""
    with taking("confirm", pk, by=by, version=version, at=at, words=note) as (assessment, _at):
        submitted = assessment.steps.filter(action="submit").order_by("-id").first()
        if submitted and submitted.by_id == by.pk and (others := _other_confirmers(assessment, by)):
            raise Refused(
                _("You handed it in yourself; %s confirms it.") % "、".join(user.name for user in others)
            )
        judge(assessment)
    return assessment


def _other_confirmers(assessment: Assessment, by: User) -> list[User]:
    """Return who else confirms as the township: its clerks, not those of one studio."""
    township = assessment.studio.township_id
    areas = [township[:length] for length in (4, 6, 9)]
    rows = User.objects.filter(
        is_active=True, memberships__role=Role.CLERK, memberships__area_code__in=areas
    ).exclude(pk=by.pk)
    return list(rows.distinct().order_by("pk")[:3])


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
    """Publish the assessment: it is in force from now on; the one before becomes history. What does not meet all
    criteria needs the reason as its note."""
    with taking("publish", pk, by=by, version=version, at=at, words=note) as (assessment, now):
        before = Assessment.objects.filter(studio=assessment.studio_id, in_force=True)
        Check.objects.filter(assessment__in=before).update(remind_on=None)
        before.update(in_force=False)
        judge(assessment)
        if not assessment.meets_all and not note.strip():
            raise Refused(_("Say why it does not meet all criteria."), "note")
        assessment.in_force, assessment.published_at = True, now
    return assessment


def correct(
    pk: int, *, by: User, version: int | None = None, note: str = "", at: datetime | None = None
) -> Assessment:
    """Correct a published assessment that was measured by the former rule: count its sessions again over the same days
    and judge the schedule by them. The step says what it was and what it is."""
    said = [note]
    with taking("correct", pk, by=by, version=version, at=at, words=said) as (assessment, _at):
        if not assessment.measured_by_former_rule or assessment.measured is None:
            raise Refused(_("Its sessions are counted by the rule in force already."))
        before, was_met = assessment.measured, assessment.has_schedule
        last = date.fromisoformat(before["last"])
        counted = measures.measure([assessment.studio_id], last)[assessment.studio_id].as_numbers()
        sessions = {name: value for name, value in counted.items() if name.startswith("sessions_")}
        assessment.measured = before | sessions
        judge(assessment)
        said.append(
            _("sessions held of the announced: %(before)s → %(after)s")
            % {
                "before": f"{before['sessions_held']}/{before['sessions_published']}",
                "after": f"{sessions['sessions_kept']}/{sessions['sessions_published']}",
            }
        )
        if assessment.has_schedule != was_met:
            said.append(_("schedule: now met") if assessment.has_schedule else _("schedule: no longer met"))
    return assessment


def _measure(assessment: Assessment, at: datetime) -> None:
    studio = assessment.studio
    measured = measures.measure([studio.pk], timezone.localdate(at))[studio.pk]
    assessment.measured = measured.as_numbers()
    assessment.bounds = bounds_for(items_for(studio.township.county_id))

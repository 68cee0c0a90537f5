"""What an inspection found: corrected by the studio, settled by the county, and reminded of when it is due."""

from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.db.database import skip_locked
from studios.errors import Refused
from studios.models import Assessment, Finding
from studios.models.assessment_states import CLERK, COUNTY, State
from studios.permissions.scope import roles_over

from .judging import judge
from .record import record_step

REMIND_BEFORE = timedelta(days=3)


@contextmanager
def _mending(
    pk: int, roles: Set[str], *, by: User, code: str, at: datetime, words: str = ""
) -> Iterator[Finding]:
    with transaction.atomic():
        rows = Finding.objects.visible_to(by).with_roles(by).select_related("assessment__studio__township")
        finding = rows.select_for_update(of=("self",)).get(pk=pk)
        if not roles_over(finding) & roles:
            raise PermissionDenied(_("Your role does not include this action here."))
        yield finding
        finding.save()
        for assessment in _concerned(finding):
            if assessment.judged and (assessment.in_force or assessment.state != State.PUBLISHED):
                judge(assessment)
            assessment.version += 1
            assessment.save()
            record_step(assessment, code, by=by, at=at, words=words or finding.text)


def _concerned(finding: Finding) -> list[Assessment]:
    """Lock and return the assessments that a finding makes fail: the one in force and the unfinished one; of those that
    are history only its own, on whose way it stands, and without judging that again."""
    rows = Assessment.objects.select_for_update(of=("self",)).filter(
        ~Q(state=State.PUBLISHED) | Q(in_force=True) | Q(pk=finding.assessment_id),
        studio=finding.assessment.studio_id,
        pk__gte=finding.assessment_id,
    )
    return list(rows.select_related("studio__township").order_by("pk"))


def mend(pk: int, *, by: User, note: str, at: datetime | None = None) -> Finding:
    """Report as the studio what was done about a finding. A second report replaces the text of the first."""
    at = at or timezone.now()
    with _mending(pk, {CLERK}, by=by, code="mend", at=at, words=note) as finding:
        if finding.settled_at:
            raise Refused(_("The county has accepted it already."))
        finding.mended_at, finding.mended_note, finding.remind_at = at, note, None
    return finding


def settle(
    pk: int, *, by: User, accepted: bool, mend_by_on: date | None = None, at: datetime | None = None
) -> Finding:
    """Accept as the county what was corrected, or give another day for it."""
    at = at or timezone.now()
    with _mending(pk, COUNTY, by=by, code="settle" if accepted else "insist", at=at) as finding:
        if finding.settled_at or not finding.mended_at:
            raise Refused(_("The studio has not reported it as corrected, or it is settled already."))
        if accepted:
            finding.settled_at = at
        else:
            if not mend_by_on or mend_by_on <= timezone.localdate(at):
                raise Refused(_("Give a day in the future to correct it by."), "mend_by_on")
            finding.mended_at, finding.mend_by_on = None, mend_by_on
            finding.remind_at = first_reminder(mend_by_on)
    return finding


def first_reminder(day: date) -> datetime:
    """Return the moment of the first reminder: the morning REMIND_BEFORE the day."""
    return _morning(day - REMIND_BEFORE)


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(8)))


def remind(*, tell: Callable[[Finding, bool], object], now: datetime | None = None, batch: int = 100) -> int:
    """Remind of what is to be corrected: three days before, and once more when the day has passed. Returns how many.

    `tell(finding, late)` is called inside the transaction that marks the finding, so that a reminder is sent once
    or not at all.
    """
    now, reminded = now or timezone.now(), 0
    while True:
        with transaction.atomic():
            due = Finding.objects.filter(remind_at__lte=now).select_related("assessment__studio__township")
            rows = list(skip_locked(due.order_by("remind_at"))[:batch])
            for finding in rows:
                late = finding.mend_by_on < timezone.localdate(now)
                tell(finding, late)
                finding.remind_at = None if late else _morning(finding.mend_by_on + timedelta(days=1))
                finding.save(update_fields=["remind_at"])
        reminded += len(rows)
        if len(rows) < batch:
            return reminded

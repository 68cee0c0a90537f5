"""The one way to put a step of an assessment on record: in its own history, and for the auditor."""

from accounts import audit
from accounts.models import AccessRecord
from common.security.numbers import mask_numbers
from studios.models import AssessmentStep


def record_step(assessment, code, *, by, at, words="") -> None:
    AssessmentStep.objects.create(
        assessment=assessment,
        at=at,
        by=by,
        actor=str(by or ""),
        action=code,
        state=assessment.state,
        words=mask_numbers(words)[:300],
    )
    audit.record(
        AccessRecord.Action.SET,
        by=by,
        subject=f"assessment {assessment.pk}",
        area_code=assessment.studio.township_id,
        details={"did": code, "state": assessment.state},
    )

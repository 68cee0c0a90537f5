"""The one way to put a step of an assessment on record: in its own history, and for the auditor."""

from datetime import datetime
from typing import Any

from accounts import audit
from accounts.models import AccessRecord, User
from common.security.numbers import mask_numbers
from studios.models import Assessment, AssessmentStep


def record_step(assessment: Assessment, code: str, *, by: User | None, at: datetime, words: str = "") -> None:
    """Record one step of the assessment, and the same in the audit trail."""
    AssessmentStep.objects.create(
        assessment=assessment,
        at=at,
        by=by,
        actor=str(by or ""),
        action=code,
        state=assessment.state,
        words=mask_numbers(words)[:300],
        kept=_snapshot(assessment),
    )
    audit.record(
        AccessRecord.Action.SET,
        by=by,
        subject=f"assessment {assessment.pk}",
        area_code=assessment.studio.township_id,
        details={"did": code, "state": assessment.state},
    )


def _snapshot(assessment: Assessment) -> dict[str, Any]:
    """Return how the assessment stands: what is met, what was measured against which bounds, what is ticked off."""
    checks = assessment.checks.values_list("have", "text", "met", "evidence")
    return {
        "met": {have: met for have, _label, met in assessment.verdicts},
        "measured": assessment.measured,
        "bounds": assessment.bounds,
        "checks": [[have, text, met, mask_numbers(evidence)] for have, text, met, evidence in checks],
    }

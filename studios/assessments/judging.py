"""What is asked for in a county, and whether an assessment finds it: the verdict on each have."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from studios.models import Assessment, AssessmentItem, Finding
from studios.models.criteria import COMPUTED, HAVES

from . import measures


def items_for(county_id: str) -> list[AssessmentItem]:
    """Return what is asked for in a county: the general items and its own."""
    rows = AssessmentItem.objects.filter(Q(county=None) | Q(county=county_id), active=True)
    return list(rows.order_by("have", "place", "id"))


def bounds_for(items: Iterable[AssessmentItem]) -> dict[str, int]:
    """Return the bound of each measure; a county's own goes before the general one."""
    computed = sorted((item for item in items if item.measure), key=lambda item: item.county_id or "")
    return {item.measure: item.bound for item in computed if item.bound is not None}


def judge(assessment: Assessment) -> None:
    """Judge each criterion, without saving: all its items ticked off, or its measures met; and no finding on it that
    is not settled, of this round or one before."""
    checks = list(assessment.checks.all())
    unsettled = set(findings_of(assessment).filter(settled_at=None).values_list("have", flat=True))
    judged = lines_of(assessment)
    for have in HAVES:
        if have in COMPUTED:
            met = measures.verdict(have, judged)
        else:
            own = [row.met for row in checks if row.have == have]
            met = bool(own) and all(own)
        setattr(assessment, f"has_{have}", met and have not in unsettled)


def findings_of(assessment: Assessment) -> QuerySet[Finding]:
    """Return the findings that an assessment has to answer for: its own, and those of earlier rounds that were not
    settled when it began."""
    carried = Q(assessment__studio=assessment.studio_id, assessment__lt=assessment.pk) & (
        Q(settled_at=None) | Q(settled_at__gte=assessment.opened_at)
    )
    return Finding.objects.filter(Q(assessment=assessment) | carried).order_by("mend_by_on", "id")


def lines_of(assessment: Assessment) -> list[measures.Line]:
    """Return the arithmetic as it was measured; empty while nothing has been."""
    if not assessment.measured:
        return []
    return measures.lines(measures.Measurement.from_numbers(assessment.measured), assessment.bounds)

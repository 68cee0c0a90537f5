"""What nobody takes in alone: rows answered since the office works here, evaluations of another register's sheet."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from common.security.numbers import mask_numbers
from opinions.importing import jobs
from opinions.importing.decisions import Decisions, importing_area
from opinions.models import Import
from studios import approvals
from studios.models.approvals import Approval


def take_approved(*, job: Import, by: User, request: HttpRequest | None = None) -> Import | None:
    """Have the file read again with what nobody takes in alone, once a second person has approved it; None where there
    is nothing of the kind. Raises studios.approvals.NotApproved after asking for the approval."""
    recent, evaluations = job.found.get("recent", 0), job.found.get("own_evaluations", 0)
    if job.state != Import.State.CHECKED or not (recent or evaluations) or Decisions.of(job).approved:
        return None
    counted = {"name": mask_numbers(job.name), "recent": recent, "evaluations": evaluations}
    words = _(
        "Import of “%(name)s”: %(recent)d rows answered since the office works here; %(evaluations)d evaluations of "
        "another register, to count as citizens' own"
    )
    held = approvals.ask(
        Approval.Kind.IMPORT,
        about=job.digest,
        words=words % counted,
        area_code=importing_area(by),
        by=by,
        request=request,
    )
    approvals.use(held, request=request)
    return jobs.decide(job=job, by=by, source=job.source, changes={"approved": True})

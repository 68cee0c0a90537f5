"""Serving of photos and PDFs: within the scope of the person who asks, with headers under which a file can do nothing
but be seen."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.models import AccessRecord
from accounts.requests import StaffRequest
from common.security.file_responses import safe_file_response
from common.security.photos import NotKept, thumbnail
from opinions.ledger.timeline import TimelineEntry
from opinions.lists.access import readers_only
from opinions.models import Attachment, Opinion
from opinions.privacy.masking import CitizenView, citizen_view_for

from .loading import opinions_alone

# What a photo or file came with, by the action of its ledger row.
CAME_WITH = {
    "register": gettext_lazy("with the opinion"),
    "answer": gettext_lazy("with the answer"),
    "supplement": gettext_lazy("added later"),
    "share_supplement": gettext_lazy("added later"),
}


def held_back(file: Attachment, action: str, shown: CitizenView) -> bool:
    """Tell if `file`, which came with `action`, is not handed to this person: a PDF holds the name of its author and
    whatever its text says, and of somebody kept secret nothing is to be handed on. Photos are written again
    without what cameras add; an agency's own answer is its own."""
    return shown.hidden and not file.is_image and action != "answer"


def attachments_of(opinion: Any, lines: Sequence[TimelineEntry], shown: CitizenView) -> list[Any]:
    """Return the files, each with what it came with (`came`), its name as this person may read it, and whether it is
    not handed to them (`held`); one query at most."""
    files = list(opinion.attachments.all()) if opinion.has_files else []
    actions = {line.sequence: line.code for line in lines}
    for file in files:
        action = actions.get(file.sequence, "")
        file.came, file.held = CAME_WITH.get(action, ""), held_back(file, action, shown)
        file.name = shown.words(file.name)
    return files


def _found(request: StaffRequest, number: str, pk: UUID) -> tuple[Opinion, Attachment]:
    try:
        opinion = opinions_alone(request.user).get(number=number)
    except Opinion.DoesNotExist:
        raise Http404 from None
    return opinion, get_object_or_404(opinion.attachments, pk=pk)


@readers_only
@require_safe
@never_cache
def small(request: StaffRequest, number: str, pk: UUID) -> FileResponse:
    """Send a photo as the opinion's page shows it; the opening of that page is in the audit trail."""
    _opinion, found = _found(request, number, pk)
    if not found.is_image:
        raise Http404
    try:
        with found.file.open("rb") as file:
            picture = thumbnail(file.read())
    except (OSError, NotKept):  # the file is gone, or it is no picture after all
        raise Http404 from None
    response = safe_file_response(ContentFile(picture), kind="image/jpeg")
    return response


@readers_only
@require_safe
@never_cache
def attachment(request: StaffRequest, number: str, pk: UUID) -> FileResponse:
    """Send a file in full, with a row in the audit trail."""
    opinion, found = _found(request, number, pk)
    came_with = opinion.events.filter(sequence=found.sequence).values_list("action", flat=True).first()
    shown = citizen_view_for(opinion)
    if held_back(found, came_with or "", shown):
        raise PermissionDenied(_("A PDF of somebody who is kept secret is not handed on. Ask the office."))
    audit.record(
        AccessRecord.Action.LOOKED,
        by=request.user,
        request=request,
        subject=number,
        area_code=opinion.county_id,
        details={"file": str(found.pk)},
    )
    return served_attachment(found, name=shown.words(found.name))


def served_attachment(found: Attachment, *, name: str = "") -> FileResponse:
    """Return the file as a response, under `name` (its own without one): images are shown, everything else is
    downloaded."""
    return safe_file_response(
        found.file, kind=found.kind, as_attachment=not found.is_image, filename=name or found.name
    )

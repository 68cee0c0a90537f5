"""Serving of photos and PDFs: within the scope of the person who asks, with headers under which a file can do nothing
but be seen."""

from uuid import UUID

from django.core.files.base import ContentFile
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.models import AccessRecord
from accounts.requests import StaffRequest
from common.security.file_responses import safe_file_response
from common.security.photos import NotKept, thumbnail
from opinions.lists.access import readers_only
from opinions.models import Attachment, Opinion

from .loading import opinions_alone


def _found(request: StaffRequest, number: str, pk: UUID) -> tuple[Opinion, Attachment]:
    try:
        opinion = opinions_alone(request.user).get(number=number)
    except Opinion.DoesNotExist:
        raise Http404 from None
    return opinion, get_object_or_404(opinion.attachments, pk=pk)


@readers_only
@require_safe
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
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@readers_only
@require_safe
@never_cache
def attachment(request: StaffRequest, number: str, pk: UUID) -> FileResponse:
    """Send a file in full, with a row in the audit trail."""
    opinion, found = _found(request, number, pk)
    audit.record(
        AccessRecord.Action.LOOKED,
        by=request.user,
        request=request,
        subject=number,
        area_code=opinion.county_id,
        details={"file": str(found.pk)},
    )
    return served_attachment(found)


def served_attachment(found: Attachment) -> FileResponse:
    """Return the file as a response: images are shown, everything else is downloaded."""
    return safe_file_response(
        found.file, kind=found.kind, as_attachment=not found.is_image, filename=found.name
    )

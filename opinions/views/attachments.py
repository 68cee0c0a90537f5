"""Serving a photo or PDF: through the scope of who asks, with headers under which it can do nothing but be seen."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.models import AccessRecord
from opinions.models import Opinion

from .access import readers_only
from .fetch import opinion_of


@readers_only
@require_safe
@never_cache
def attachment(request, number, pk):
    try:
        opinion = opinion_of(request.user, number)
    except Opinion.DoesNotExist:
        raise Http404 from None
    found = get_object_or_404(opinion.attachments, pk=pk)
    audit.record(
        AccessRecord.Action.LOOKED,
        by=request.user,
        request=request,
        subject=number,
        area_code=opinion.county_id,
        details={"file": str(found.pk)},
    )
    return served(found)


def served(found) -> FileResponse:
    """Images are shown, all else is downloaded; neither may run, load or be framed, nor stay in a shared cache."""
    try:
        file = found.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        file, as_attachment=not found.is_image, filename=found.name, content_type=found.kind
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response

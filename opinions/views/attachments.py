"""Serving a photo or PDF: through the scope of who asks, with headers under which it can do nothing but be seen."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.models import AccessRecord
from common.served import served
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
    return served_attachment(found)


def served_attachment(found) -> FileResponse:
    """Images are shown, all else is downloaded."""
    return served(found.file, kind=found.kind, as_attachment=not found.is_image, filename=found.name)

"""A deputy's annual record: the page, the Word document, the workbook."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import IO

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.models import AccessRecord
from accounts.requests import StaffRequest
from deputies.models import Deputy
from deputies.register_access import RECORD_READERS
from reports.deputies.annual_record import Record, record_of
from reports.deputies.annual_record_files import (
    activity_heads,
    activity_rows,
    opinion_heads,
    opinion_rows,
    write_record_docx,
    write_record_xlsx,
)
from studios.permissions.access import directory_readers
from studios.permissions.scope import roles_over

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _record(request: StaffRequest, pk: int, year: int) -> Record:
    """Return the record; 404 for a deputy of elsewhere, 403 for a role whose work it is not; one's own is always
    open."""
    today = timezone.localdate()
    rows = Deputy.objects.visible_to(request.user).with_roles(request.user)
    deputy = get_object_or_404(rows.select_related("township__county", "studio"), pk=pk)
    if deputy.user_id != request.user.pk and not roles_over(deputy).intersection(RECORD_READERS):
        raise PermissionDenied
    if not 2000 <= year <= today.year:
        raise Http404
    return record_of(deputy, year, by=request.user, today=today)


@require_safe
@directory_readers
def record(request: StaffRequest, pk: int, year: int) -> HttpResponse:
    """Show the annual record."""
    found = _record(request, pk, year)
    context = {
        "record": found,
        "deputy": found.deputy,
        "activity_heads": activity_heads(),
        "activities": activity_rows(found),
        "opinion_heads": opinion_heads(),
        "opinions": opinion_rows(found),
        "made_at": timezone.now(),
        "years": range(timezone.localdate().year, timezone.localdate().year - 5, -1),
    }
    return render(request, "reports/deputy_record.html", context)


@require_safe
@directory_readers
def record_docx(request: StaffRequest, pk: int, year: int) -> FileResponse:
    """Serve the annual record as a Word document."""
    return _file(request, _record(request, pk, year), write_record_docx, "docx", DOCX)


@require_safe
@directory_readers
def record_xlsx(request: StaffRequest, pk: int, year: int) -> FileResponse:
    """Serve the annual record as a workbook."""
    return _file(request, _record(request, pk, year), write_record_xlsx, "xlsx", XLSX)


def _file(
    request: StaffRequest,
    record: Record,
    write: Callable[[IO[bytes], Record, datetime], None],
    ending: str,
    content_type: str,
) -> FileResponse:
    out = io.BytesIO()
    write(out, record, timezone.now())
    out.seek(0)
    audit.record(
        AccessRecord.Action.EXPORTED,
        by=request.user,
        request=request,
        subject=record.title,
        area_code=record.deputy.township_id,
    )
    return FileResponse(
        out, as_attachment=True, filename=f"{record.title}.{ending}", content_type=content_type
    )

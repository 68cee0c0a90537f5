"""Workbooks and bulletins as files: made directly or in the background, watched, and downloaded."""

import tempfile
from typing import IO

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.requests import StaffRequest
from reports.definitions.periods import BoundedPeriod
from reports.figures.areas import opinions_of
from reports.files import services
from reports.models import Report, file_name
from reports.monthly.page import month_url
from reports.monthly.views import asked, overseers_only
from reports.workbook.workbook import write_month
from studios.models import County
from studios.permissions.roles import OVERSEERS

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
# More rows than this take longer than a web request may: they are made in the background.
MAKES_DIRECTLY = 50_000


@require_safe
@overseers_only
def workbook(request: StaffRequest, month: str) -> HttpResponseBase:
    """Serve the workbook directly, for scripts and small counties; a large month is left to the worker."""
    period, county, _counties = asked(request, month, request.GET.get("county", ""))
    if opinions_of(county, request.user).filter(period.registered).count() > MAKES_DIRECTLY:
        messages.warning(request, _("This month is too large to wait for: have it made in the background."))
        return redirect(month_url(period, county))
    target = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    rows = write_month(target, period=period, county=county, by=request.user)
    target.seek(0)
    return _attachment(request, target, file_name(county, period, "xlsx"), county, period, rows)


@require_POST
@overseers_only
def make(request: StaffRequest, month: str) -> HttpResponse:
    """Request a file and redirect to its progress."""
    period, county, _counties = asked(request, month, request.POST.get("county", ""))
    kind = request.POST.get("kind", Report.Kind.WORKBOOK)
    if kind not in Report.Kind.values:
        raise Http404
    report = services.request_report(county=county, period=period, kind=kind, by=request.user)
    return redirect("reports:made", pk=report.pk)


@require_safe
@overseers_only
def made(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how far a file is."""
    return _progress(request, pk, "reports/made.html")


@require_safe
@overseers_only
def progress(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the part of the page that asks for itself until the workbook is ready."""
    return _progress(request, pk, "reports/_progress.html")


@require_safe
@overseers_only
def download(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Serve a finished file; 404 when there is none."""
    report = _report(request, pk)
    try:
        file = report.file.open("rb") if report.state == Report.State.READY else None
    except FileNotFoundError:
        file = None
    if file is None:
        raise Http404
    return _attachment(request, file, report.file_name, report.county, report.period, report.rows)


def _progress(request: StaffRequest, pk: int, template: str) -> HttpResponse:
    report = _report(request, pk)
    services.look_after(report)
    return render(request, template, {"report": report, "month_url": month_url(report.period, report.county)})


def _report(request: StaffRequest, pk: int) -> Report:
    rows = Report.objects.visible_to(request.user, *OVERSEERS).select_related("county", "made_by")
    return get_object_or_404(rows, pk=pk)


def _attachment(
    request: StaffRequest, file: IO[bytes], name: str, county: County, period: BoundedPeriod, rows: int | None
) -> FileResponse:
    """Serve the file and record it: who took how many rows of what."""
    audit.record(
        "exported",
        by=request.user,
        request=request,
        subject=f"{county.pk} {period}",
        area_code=county.pk,
        details={"rows": rows, "file": name},
    )
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[name[-4:]])

"""Imports in the browser: upload, preview, decision, progress, result. Everybody sees their own only."""

import io
from collections.abc import Callable
from typing import IO

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.requests import StaffRequest
from common.excel.previous_uploads import UploadColumn, previous_uploads
from common.templatetags.liaison import localtime_short
from common.ui.pagination import paginate
from opinions.importing import approval, jobs, undoing
from opinions.importing.columns import HEADERS
from opinions.importing.decisions import sources
from opinions.importing.forms import UploadForm
from opinions.importing.mapping import decisions_from, mapping_page
from opinions.importing.parser import IMPORTER_ROLES
from opinions.importing.template import write_errors, write_template
from opinions.lists.access import roles_required
from opinions.models import Import
from studios.approvals import NotApproved

importers_only = roles_required(*IMPORTER_ROLES)
COLUMNS = [
    UploadColumn(gettext_lazy("Uploaded"), lambda job: localtime_short(job.created_at), "nowrap"),
    UploadColumn(gettext_lazy("State"), lambda job: job.get_state_display()),
    UploadColumn(gettext_lazy("Rows"), lambda job: job.total, "num"),
    UploadColumn(gettext_lazy("Added"), lambda job: job.added, "num"),
    UploadColumn(gettext_lazy("Known already"), lambda job: job.known, "num"),
    UploadColumn(gettext_lazy("Refused"), lambda job: job.refused, "num"),
]


def own(request: StaffRequest, pk: int) -> Import:
    """Return the person's own import; raises Http404 for anybody else's."""
    return get_object_or_404(Import.objects.visible_to(request.user), pk=pk)


@importers_only
def imports(request: StaffRequest) -> HttpResponse:
    """Show the upload form above one's own imports, the latest first; take an upload."""
    sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
    if sent and form.is_valid():
        job = jobs.upload(by=request.user, file=form.cleaned_data["file"], source=form.cleaned_data["source"])
        return redirect("opinions:import", job.pk)
    page = paginate(request, Import.objects.visible_to(request.user).defer("errors", "sample"))
    context = {"form": form, "sources": sources(request.user)} | previous_uploads(
        page, "opinions:import", COLUMNS
    )
    return render(request, "opinions/imports/list.html", context, status=422 if form.errors else 200)


@importers_only
def template(request: StaffRequest) -> FileResponse:
    """Send the empty ledger to fill in."""
    return _workbook(lambda out: write_template(out, user=request.user), _("Ledger to fill in"))


@importers_only
def one_import(request: StaffRequest, pk: int) -> HttpResponse:
    """Show an import in any state: what was read, its errors, the progress, the result."""
    job = own(request, pk)
    headers = [header for header in HEADERS if any(header in values for _number, values in job.sample)]
    context = {
        "job": job,
        "earlier": jobs.previous_upload(job),
        "headers": headers,
        "sample": [(number, [values.get(header, "") for header in headers]) for number, values in job.sample],
        "page": paginate(request, job.errors),
        "open_rows": Import.OpenRows.choices,
        "mapping": mapping_page(job, request.user) if job.state == Import.State.CHECKED else None,
        "may_undo": undoing.may_be_undone(job),
        "more_errors": len(job.errors) >= jobs.ERRORS_KEPT,
    }
    return render(request, "opinions/imports/detail.html", context)


@importers_only
def progress(request: StaffRequest, pk: int) -> HttpResponse:
    """Return the progress bar, polled every second; a refresh of the whole page once the state has changed."""
    job = own(request, pk)
    if not request.htmx:
        return redirect("opinions:import", pk)
    if not job.at_work:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "opinions/imports/_progress.html", {"job": job})


@importers_only
@require_POST
def start(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin to enter the rows of a checked import."""
    job = own(request, pk)
    open_rows = request.POST.get("open_rows", "")
    begun = jobs.start(
        job=job,
        by=request.user,
        skip_bad="skip_bad" in request.POST,
        open_rows=open_rows if open_rows in Import.OpenRows else Import.OpenRows.TODAY,
        answers="answers" in request.POST,
        request=request,
    )
    if not begun and job.state == Import.State.CHECKED:
        messages.warning(request, _("Nothing was begun: the file has no rows that can be added like this."))
    return redirect("opinions:import", pk)


@importers_only
@require_POST
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Take what was decided about columns, words and gaps, and read the file again."""
    job = own(request, pk)
    if jobs.decide(job=job, by=request.user, **decisions_from(request.POST, job)):
        messages.success(request, _("The file was read again as you decided."))
    return redirect("opinions:import", pk)


@importers_only
@require_POST
def take_approved(request: StaffRequest, pk: int) -> HttpResponse:
    """Take in what needs a second person, once one has approved it; else ask for it and say whom."""
    job = own(request, pk)
    try:
        if approval.take_approved(job=job, by=request.user, request=request):
            messages.success(request, _("The file was read again as you decided."))
    except NotApproved as error:
        messages.warning(request, str(error))
    return redirect("opinions:import", pk)


@importers_only
@require_POST
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back everything that an import has brought."""
    if number := undoing.undo(job=own(request, pk), by=request.user, request=request):
        messages.success(request, _("%(number)d opinions were taken back.") % {"number": number})
    else:
        messages.warning(request, _("Not undone: somebody has worked on one of these opinions."))
    return redirect("opinions:import", pk)


@importers_only
@require_POST
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Cancel an import that is not begun."""
    if jobs.cancel(job=own(request, pk), by=request.user):
        messages.success(request, _("Given up; nothing was added and the file is deleted."))
    return redirect("opinions:imports")


@importers_only
def errors(request: StaffRequest, pk: int) -> FileResponse:
    """Send the errors of an import as a workbook."""
    job = own(request, pk)
    return _workbook(lambda out: write_errors(out, job), _("What was wrong"))


def _workbook(write: Callable[[IO[bytes]], None], name: str) -> FileResponse:
    out = io.BytesIO()
    write(out)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{name}.xlsx")

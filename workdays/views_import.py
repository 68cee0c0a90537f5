"""Importing a year's calendar in the browser: upload, preview, decision, progress.

It is in this app because the page says how many deadlines would move.
"""

from collections.abc import Iterable

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import StaffRequest
from common.excel.importing import RowError
from common.excel.previous_uploads import UploadColumn, previous_uploads
from common.templatetags.liaison import localtime_short
from common.ui.pagination import paginate
from studios.permissions.access import prefecture_administrators_only
from workdays import services
from workdays.calendar_file import CalendarFileError, raw_rows
from workdays.forms import CalendarForm
from workdays.models import CalendarImport

ROWS_SHOWN = 500
COLUMNS = [
    UploadColumn(gettext_lazy("Year"), lambda job: job.year, "num"),
    UploadColumn(gettext_lazy("Uploaded"), lambda job: localtime_short(job.created_at), "nowrap"),
    UploadColumn(gettext_lazy("Who"), lambda job: job.by or "—"),
    UploadColumn(gettext_lazy("State"), lambda job: job.get_state_display()),
    UploadColumn(gettext_lazy("Deadlines moved"), lambda job: job.moved, "num"),
]


@require_http_methods(["GET", "HEAD", "POST"])
@prefecture_administrators_only
def imports(request: StaffRequest) -> HttpResponse:
    """Show the upload form above the earlier imports; a file with mistakes comes back with each next to its row."""
    form = CalendarForm(request.POST or None, request.FILES or None)
    rows = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            return redirect("calendar:import", services.upload(file=file, by=request.user, name=file.name).pk)
        except CalendarFileError as error:
            rows = _with_errors(file, error.errors)
            form.add_error(
                "file", _("Nothing was imported: %d rows are wrong.") % len({e.row for e in error.errors})
            )
    page = paginate(request, CalendarImport.objects.select_related("by").defer("content"))
    context = {"form": form, "rows": rows} | previous_uploads(page, "calendar:import", COLUMNS)
    return render(request, "workdays/imports.html", context, status=422 if form.errors else 200)


def _with_errors(file: UploadedFile, errors: Iterable[RowError]) -> list[tuple[int, list[str], list[str]]]:
    """Return (row, cells, what is wrong with it) for every row of the file, and for errors that have none."""
    file.seek(0)
    cells = dict(raw_rows(file)[:ROWS_SHOWN])
    wrong: dict[int, list[str]] = {}
    for error in errors:
        wrong.setdefault(error.row, []).append(f"{error.column}: {error.reason}")
    return [(row, cells.get(row, []), wrong.get(row, [])) for row in sorted(cells.keys() | wrong.keys())]


def _job(pk: int) -> CalendarImport:
    return get_object_or_404(CalendarImport.objects.select_related("by").defer("content"), pk=pk)


@require_safe
@prefecture_administrators_only
def one_import(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what the file would change, how far the deadlines are, and the result: one page for every state."""
    job = _job(pk)
    waits = job.state == CalendarImport.State.CHECKED
    context = {"job": job, "preview": services.preview(job) if waits else None}
    return render(request, "workdays/import.html", context)


@require_safe
@prefecture_administrators_only
def progress(request: StaffRequest, pk: int) -> HttpResponse:
    """Return the progress bar, asked for every second; the whole page once there is something else to see."""
    job = _job(pk)
    if not request.htmx:
        return redirect("calendar:import", pk)
    if job.state != CalendarImport.State.MOVING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "workdays/_progress.html", {"job": job})


@require_POST
@prefecture_administrators_only
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    """Put the file in force."""
    try:
        begun = services.confirm(job=_job(pk), by=request.user, request=request)
    except CalendarFileError as error:  # another year's notice came in meanwhile
        begun = None
        messages.error(request, str(error))
    if begun is False:
        messages.info(request, _("That was decided before; nothing was done twice."))
    return redirect("calendar:import", pk)


@require_POST
@prefecture_administrators_only
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the file up."""
    if services.cancel(job=_job(pk)):
        messages.success(request, _("Given up; the calendar is as it was."))
    return redirect("calendar:imports")

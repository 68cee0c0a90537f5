"""The pages of every register (studios/rolls/importing.py): upload, preview and decision; and its empty template."""

import io
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import StaffRequest
from studios.permissions.access import View, roles_required
from studios.rolls.forms import UploadForm, decrypt_upload, encrypt_upload
from studios.rolls.importing import RosterImport

HELD_SHOWN = 10  # of the rows that wait for a second person


def import_page(roll: RosterImport) -> View:
    """Return the view of upload, preview and decision. The preview carries the file, encrypted, and the last step
    reads it again."""

    @roles_required(*roll.keepers)
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    def page(request: StaffRequest) -> HttpResponse:
        if "sealed" in request.POST:
            return _take_in(request, roll)
        sent = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
        if not sent or not form.is_valid():
            return _page(request, roll, form, status=422 if sent else 200)
        file = form.cleaned_data["file"]
        return _preview(request, roll, file.name, file.read())

    return page


def template_of(roll: RosterImport) -> View:
    """Return the view that serves the empty template."""

    @roles_required(*roll.keepers)
    @require_safe
    def template(request: StaffRequest) -> HttpResponseBase:
        out = io.BytesIO()
        roll.write_template(out, user=request.user)
        out.seek(0)
        return FileResponse(out, as_attachment=True, filename=f"{roll.name}.xlsx")

    return template


def _page(
    request: StaffRequest, roll: RosterImport, form: UploadForm, *, status: int = 200, **found: Any
) -> HttpResponse:
    context = {"roll": roll, "urls": roll.urls, "form": form, **found}
    return render(request, "studios/roll.html", context, status=status)


def _preview(
    request: StaffRequest, roll: RosterImport, name: str, content: bytes, status: int = 200
) -> HttpResponse:
    tally, _items = roll.look_through(io.BytesIO(content), name, by=request.user)
    headers = [header for header in roll.headers if any(header in values for _n, values in tally.sample)]
    sample = [(number, [values.get(header, "") for header in headers]) for number, values in tally.sample]
    found = {
        "tally": tally,
        "name": name,
        "sealed": encrypt_upload(name, content),
        "headers": headers,
        "sample": sample,
    }
    errors = [(error.row, error.column, error.reason) for error in tally.errors[:200]]
    status = 422 if tally.broken else status
    return _page(request, roll, UploadForm(), status=status, errors=errors, **found)


def _take_in(request: StaffRequest, roll: RosterImport) -> HttpResponse:
    file = decrypt_upload(request.POST["sealed"])
    if file is None:
        messages.warning(request, _("The preview is too old. Upload the file again."))
        return redirect(roll.urls["import"])
    name, content = file
    skip = "skip_bad" in request.POST
    tally = roll.import_file(io.BytesIO(content), name, by=request.user, skip_bad=skip, request=request)
    if tally.broken or (tally.errors and not skip):
        return _preview(request, roll, name, content, status=422)
    messages.success(request, roll.done % vars(tally))
    for error in tally.found.get("held", [])[:HELD_SHOWN]:
        messages.warning(request, str(error))
    elsewhere = roll.after(request, tally) if roll.after else None
    return elsewhere or redirect(roll.urls["list"])

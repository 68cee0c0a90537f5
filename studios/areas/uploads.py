"""The page on which an administrator takes in the areas: the bundled list, or a file of their own, seen before it is
taken in."""

import io
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.requests import StaffRequest
from studios.models import Role, Township
from studios.permissions.access import administrators_only
from studios.permissions.scope import scope_of
from studios.rolls.forms import UploadForm, decrypt_upload, encrypt_upload

from .importing import import_areas
from .parser import TOWNSHIPS, AreaFileError, RowError, read_areas

DATA = Path(settings.BASE_DIR) / "studios" / "data"
# What comes with the product, by the prefecture it is about: townships first, for villages lie in them.
BUNDLED = {"4331": ("xiangxi_townships.csv", "xiangxi_villages.csv")}


@administrators_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def areas(request: StaffRequest) -> HttpResponse:
    """Upload a file of townships or villages and look through it; then take it in. Or take in the bundled lists."""
    prefixes = scope_of(request.user).prefixes(Role.ADMINISTRATOR)
    if request.method != "POST":
        return _page(request, prefixes, UploadForm())
    if "bundled" in request.POST:
        return _take_in_bundled(request, prefixes)
    if "sealed" in request.POST:
        return _take_in(request, prefixes)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, prefixes, form, status=422)
    file = form.cleaned_data["file"]
    return _preview(request, prefixes, file.name, file.read())


def check_inside(file: IO[bytes], prefixes: list[str]) -> None:
    """Raise AreaFileError naming the rows that lie outside the areas `prefixes`."""
    read = read_areas(file)
    column = "township_code" if read.columns == TOWNSHIPS else "village_code"
    outside = [
        RowError(number, _("the code %s lies outside your area") % row[column])
        for number, row in read.rows
        if not row[column].startswith(tuple(prefixes))
    ]
    if outside:
        raise AreaFileError(*outside[:200])


def _preview(
    request: StaffRequest, prefixes: list[str], name: str, content: bytes, status: int = 200
) -> HttpResponse:
    found: dict[str, Any] = {"name": name, "sealed": encrypt_upload(name, content)}
    try:
        check_inside(io.BytesIO(content), prefixes)
        found["said"] = import_areas(
            file=io.BytesIO(content), by=request.user, today=timezone.localdate(), dry_run=True
        )
    except AreaFileError as error:
        found["errors"] = [(one.row, "", one.reason) for one in error.errors[:200]]
        status = 422
    return _page(request, prefixes, UploadForm(), status=status, **found)


def _take_in(request: StaffRequest, prefixes: list[str]) -> HttpResponse:
    file = decrypt_upload(request.POST["sealed"])
    if file is None:
        messages.warning(request, _("The preview is too old. Upload the file again."))
        return redirect("studios:areas")
    name, content = file
    try:
        check_inside(io.BytesIO(content), prefixes)
        done = import_areas(file=io.BytesIO(content), by=request.user)
    except AreaFileError:
        return _preview(request, prefixes, name, content, status=422)
    messages.success(request, _("The areas are taken in: %(added)d were added.") % {"added": len(done.added)})
    return redirect("studios:areas")


def _take_in_bundled(request: StaffRequest, prefixes: list[str]) -> HttpResponse:
    files = _bundled(prefixes)
    if not files:
        messages.warning(request, _("No list of areas comes with the product for your area; upload one."))
        return redirect("studios:areas")
    for name in files:
        with (DATA / name).open("rb") as stream:
            import_areas(file=stream, by=request.user)
    count = (
        Township.objects.visible_to(request.user, Role.ADMINISTRATOR).filter(counted=True).current().count()
    )
    messages.success(request, _("The areas are taken in: %d townships.") % count)
    return redirect("studios:areas")


def _bundled(prefixes: list[str]) -> tuple[str, ...]:
    """Return the bundled files of the first prefecture that is administered as a whole."""
    return next((BUNDLED[prefix] for prefix in prefixes if prefix in BUNDLED), ())


def _page(
    request: StaffRequest, prefixes: list[str], form: UploadForm, *, status: int = 200, **found: Any
) -> HttpResponse:
    rows = Township.objects.visible_to(request.user, Role.ADMINISTRATOR).filter(counted=True).current()
    context = {
        "form": form,
        "bundled": bool(_bundled(prefixes)) and not rows.exists(),
        "townships": rows.count(),
        "counties": rows.values("county").distinct().count(),
        **found,
    }
    return render(request, "studios/areas.html", context, status=status)

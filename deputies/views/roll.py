"""The roll of deputies taken in from Excel, and changed over when a new term begins: preview first, then done."""

import io

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from deputies.activities.access import Refused, Stale
from deputies.forms.roll import TermForm, UploadForm, sealed, unsealed
from deputies.roll import change_over as changing
from deputies.roll import columns, importing
from deputies.roll.access import KEEPERS
from studios.access import roles_required
from studios.models import County, Township

keepers_only = roles_required(*KEEPERS)


@keepers_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_roll(request):
    """Upload, preview, decision: the preview carries the file, encrypted, and the last step reads it again."""
    if "sealed" in request.POST:
        return _take_in(request)
    sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
    if not sent or not form.is_valid():
        return render(request, "deputies/import.html", {"form": form}, status=422 if sent else 200)
    file = form.cleaned_data["file"]
    return _preview(request, file.name, file.read())


def _preview(request, name, content, status=200):
    tally, _seats = importing.look_through(io.BytesIO(content), name, by=request.user)
    headers = [header for header in columns.HEADERS if any(header in values for _n, values in tally.sample)]
    context = {
        "form": UploadForm(),
        "tally": tally,
        "name": name,
        "sealed": sealed(name, content),
        "errors": tally.errors[:200],
        "headers": headers,
        "sample": [
            (number, [values.get(header, "") for header in headers]) for number, values in tally.sample
        ],
    }
    return render(request, "deputies/import.html", context, status=status)


def _take_in(request):
    file = unsealed(request.POST["sealed"])
    if file is None:
        messages.warning(request, _("The preview is too old. Upload the file again."))
        return redirect("deputies:import")
    name, content = file
    skip = "skip_bad" in request.POST
    tally = importing.import_file(io.BytesIO(content), name, by=request.user, skip_bad=skip, request=request)
    if tally.broken or (tally.errors and not skip):
        return _preview(request, name, content, status=422)
    done = _("%(added)d seats were added, %(known)d were known, %(refused)d refused.") % vars(tally)
    messages.success(request, done)
    return redirect("deputies:list")


@keepers_only
@require_safe
def template(request):
    out = io.BytesIO()
    importing.write_template(out, user=request.user)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{_('Roll of deputies')}.xlsx")


@keepers_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_over(request):
    """Which term (GET), then who goes and to whom the shifts go, the preview, and the deed (POST)."""
    terms = changing.terms_of(request.user)
    form = TermForm(request.POST or (request.GET or None), terms=terms, names=_names(terms))
    if not form.is_bound or not form.is_valid():
        context = {"form": form, "any": terms.exists()}
        return render(request, "deputies/change_over.html", context, status=422 if form.is_bound else 200)
    wanted = form.cleaned_data
    going = _going(request.POST)
    step = request.POST.get("step", "choose")
    try:
        if step == "do":
            new = changing.change_over(
                going=going, by=request.user, seen=request.POST.get("seen", ""), request=request, **wanted
            )
            messages.success(request, _("The change-over is done: %s has begun.") % new)
            return redirect("deputies:list")
        change = changing.propose(going=going, **wanted)
    except Stale as stale:
        change = changing.propose(going=going, **wanted)
        return _change_page(request, form, change, going, preview=True, problem=stale.message, status=409)
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return render(request, "deputies/change_over.html", {"form": form, "any": True}, status=422)
    return _change_page(request, form, change, going, preview=step == "preview")


def _change_page(request, form, change, going, *, preview, problem="", status=200):
    seats = changing.seats_of(change.term)
    heirs = [*(mandate.deputy for mandate in seats), *change.newcomers]
    rows = [{"mandate": m, "goes": m.deputy_id in going, "heir": going.get(m.deputy_id)} for m in seats]
    context = {"form": form, "any": True, "change": change, "rows": rows, "heirs": heirs, "preview": preview}
    return render(request, "deputies/change_over.html", context | {"problem": problem}, status=status)


def _going(data) -> dict[int, int | None]:
    """The deputies ticked as leaving, each with the chosen heir."""
    keys = [int(key) for key in data.getlist("goes") if key.isascii() and key.isdigit()] if data else []
    heirs = {key: data.get(f"heir-{key}", "") for key in keys}
    return {key: int(heir) if heir.isascii() and heir.isdigit() else None for key, heir in heirs.items()}


def _names(terms) -> dict[str, str]:
    codes = [term.area_code for term in terms]
    rows = [*County.objects.filter(pk__in=codes), *Township.objects.filter(pk__in=codes)]
    return {row.pk: row.name for row in rows}

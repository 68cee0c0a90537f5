"""Registering an opinion at the desk, and the hints that the form shows while it is being typed."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.models import AccessRecord
from accounts.requests import StaffRequest
from common.security.crypto import phone_index
from common.text import phone_numbers
from deputies.models import Activity
from opinions.lists.access import roles_required
from opinions.models import Channel, Opinion
from opinions.pages.forms.entry import EntryForm
from opinions.pages.forms.entry_choices import FOR_OTHERS, REGISTERERS, Desk
from opinions.triage import same_phone, similarity
from opinions.workflow.register import register
from studios.permissions.scope import roles_over

DRAFT = "opinions-new"
REMEMBERED = ("township", "studio", "channel")
may_register = roles_required(*REGISTERERS)


@may_register
def new(request: StaffRequest) -> HttpResponse:
    """Show the entry form, or register the opinion."""
    if request.method != "POST":
        return _page(request, EntryForm(user=request.user, initial=_initial(request)))
    form = EntryForm(request.POST, request.FILES, user=request.user)
    if not form.is_valid():
        return _page(request, form)
    written = form.written()
    opinion = register(by=request.user, **written)
    if any(getattr(opinion, name) != written[name] for name in ("title", "body")):
        return _page(request, _as_another(request, opinion))
    return _saved(request, opinion)


def _page(request: StaffRequest, form: EntryForm) -> HttpResponse:
    context = {"form": form, "draft": _draft(form.activity), "activity": form.activity}
    if form.activity:
        context["logged"] = Opinion.objects.visible_to(request.user).filter(activity=form.activity).count()
    return render(request, "opinions/new.html", context, status=422 if form.is_bound else 200)


def _draft(activity: Activity | None) -> str:
    """Return the key of the browser's draft. A session's draft is its own: it is not offered at the desk, nor at
    another session."""
    return f"{DRAFT}-{activity.pk}" if activity else DRAFT


def _initial(request: StaffRequest) -> dict[str, Any]:
    """Return the values that the address carries."""
    initial = {
        name: request.GET[name] for name in (*REMEMBERED, "deputy", "activity") if request.GET.get(name)
    }
    if initial.get("channel") not in Channel.values:
        initial.pop("channel", None)
    return initial


def _as_another(request: StaffRequest, opinion: Opinion) -> EntryForm:
    """Return the form for a text that differs from what the same form saved before: a page from the browser's history,
    typed over. Without this the new text would be taken for a second click and lost."""
    data = request.POST.copy()
    data["submission_key"] = str(uuid.uuid4())
    form = EntryForm(data, user=request.user)
    form.add_error(
        None,
        _("This form was already saved as %s. Save again to log what it says now as another.")
        % opinion.number,
    )
    return form


def _next_form(opinion: Opinion) -> str:
    """Return the address of the form for the next opinion told at the same place. The address carries the place and not
    the session: a hint still being fetched when the form is sent would write the former session back over it."""
    same = {"township": opinion.township_id, "studio": opinion.studio_id or "", "channel": opinion.channel}
    if opinion.activity_id:
        same = {"activity": opinion.activity_id}
    return f"{reverse('opinions:new')}?{urlencode(same)}"


def _saved(request: StaffRequest, opinion: Opinion) -> HttpResponse:
    another = request.POST.get("then") == "another"
    detail, new = reverse("opinions:detail", args=[opinion.number]), _next_form(opinion)
    slip = reverse("opinions:slip", args=[opinion.number])
    links = [
        (slip, _("Slip for the citizen")),
        (detail, _("Open it")) if another else (new, _("Log another")),
    ]
    text = format_html(
        "{} {}", _("Logged as %s.") % opinion.number, format_html_join(" · ", '<a href="{}">{}</a>', links)
    )
    messages.success(request, text, extra_tags=f"draft:{_draft(opinion.activity)}")
    return redirect(new if another else detail)


@may_register
@require_GET
def earlier(request: StaffRequest) -> HttpResponse:
    """Return a fragment: the earlier opinions under this phone number, once it is a whole one."""
    number = phone_numbers.normal(request.GET.get("citizen_phone", ""))
    found = same_phone.earlier(number, user=request.user, roles=REGISTERERS) if number else []
    # A deputy sees that there were others, not under which name.
    close = set(FOR_OTHERS)
    named = next((opinion for opinion in found if opinion.citizen_name and roles_over(opinion) & close), None)
    return render(
        request, "opinions/_earlier.html", {"found": found, "named": named, "many": same_phone.SHOWN}
    )


@may_register
@require_POST
def earlier_name(request: StaffRequest) -> HttpResponse:
    """Return a fragment: the name field with the name given under this number before. The form itself is the reason,
    and the audit trail says so."""
    index = phone_index(phone_numbers.normal(request.POST.get("citizen_phone", "")))
    rows = Opinion.objects.visible_to(request.user, *FOR_OTHERS).exclude(phone_index="")
    number = request.POST.get("of", "").replace("\0", "")
    opinion = get_object_or_404(rows, number=number, phone_index=index)
    audit.record(
        AccessRecord.Action.REVEALED,
        by=request.user,
        request=request,
        subject=opinion.number,
        area_code=opinion.township_id,
        reason=_("Name used again while logging another opinion"),
    )
    form = EntryForm(user=request.user, initial={"citizen_name": opinion.citizen_name})
    return HttpResponse(form["citizen_name"].as_widget())


@may_register
@require_GET
def alike(request: StaffRequest) -> HttpResponse:
    """Return a fragment: recent opinions of the county that are similar to the one being typed."""
    code = request.GET.get("township", "")
    townships = Desk(request.user).townships
    township = townships.filter(pk=code).first() if code.isascii() and code.isdigit() else None
    title = request.GET.get("title", "")[:100]
    body = request.GET.get("body", "")[:10_000].replace("\0", "")
    found = (
        similarity.find_similar(county=township.county_id, title=title, body=body, user=request.user)
        if township
        else []
    )
    return render(request, "opinions/_alike.html", {"found": found})

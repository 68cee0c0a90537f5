"""Letters to be signed off: all that wait, each as it would leave, to be read in one go and signed off together."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.models import AccessRecord, User
from accounts.requests import StaffRequest
from common.ui import pdf
from common.ui.pagination import paginate
from letters import drafts
from letters.bad_template import BadTemplate
from letters.facts import complete
from letters.forms import DropForm
from letters.models import Draft, Letter, Organ
from letters.models.draft import DraftQuerySet
from letters.rendering import render as rendered
from letters.services import NotPossible
from letters.sheet import blocks
from letters.templates import current_template
from opinions.jobs import papers
from opinions.lifecycle.errors import Refused
from opinions.lists.access import roles_required
from opinions.models import Opinion
from opinions.workflow.draft_facts import brought_up_to_date
from opinions.workflow.signing import sign_off_letter
from opinions.workflow.unit_of_work import cached_reads
from studios.models import Role
from studios.permissions.scope import roles_over
from workdays.calendar import is_workday, next_workday

READ = (Role.TRIAGE_OFFICER, Role.SUPERVISOR, Role.COUNTY_OFFICIAL)
SIGN = frozenset([Role.SUPERVISOR, Role.COUNTY_OFFICIAL])
AT_ONCE = 20  # read in one go


def _waiting(user: User) -> DraftQuerySet:
    rows = Draft.objects.visible_to(user, *READ).with_roles(user).waiting()
    return rows.select_related("county", "agency", "drafted_by", "checked_by")


@require_safe
@roles_required(*READ)
@never_cache
def letters_to_sign(request: StaffRequest) -> HttpResponse:
    """Show the drafts that wait, the oldest first, each whole as it would leave today; looking at them is audited."""
    rows = _waiting(request.user).order_by("drafted_at", "id")
    if about := request.GET.get("about", "")[:20]:
        rows = rows.filter(about=about)
    page = paginate(request, rows, AT_ONCE)
    today = timezone.localdate()
    with cached_reads():
        page.object_list = _read(list(page.object_list), request.user)
    for row in page:
        audit.record(
            AccessRecord.Action.LOOKED,
            by=request.user,
            request=request,
            subject=f"{row.about} {row.get_kind_display()}",
            area_code=row.county_id,
        )
    context = {
        "page": page,
        "workday": is_workday(today),
        "next_workday": next_workday(today),
        "may_sign": any(row.may_sign for row in page),
        "may_check": any(row.may_check for row in page),
        "drop_form": DropForm(),
    }
    return render(request, "opinions/letters_to_sign.html", context)


def _read(rows: list[Any], user: User) -> list[Any]:
    """Return the drafts, each with the opinion, what the person may do and its `blocks`; one query for the opinions,
    two for each county's office and template."""
    today = timezone.localdate()
    numbers = [row.about for row in rows]
    found = Opinion.objects.visible_to(user).filter(number__in=numbers).select_related("lead_agency")
    opinions = {opinion.number: opinion for opinion in found}
    known: dict[Any, Any] = {}
    for row in rows:
        key = row.county_id, row.kind
        if key not in known:
            known[key] = Organ.of(row.county), current_template(county=row.county, kind=row.kind).content
        organ, template = known[key]
        roles = roles_over(row)
        row.opinion = opinions.get(row.about)
        row.may_check = bool(roles & drafts.CHECKERS) and not row.checked_at
        row.may_sign = bool(row.opinion and roles & SIGN and (row.checked_at or not organ.needs_check))
        facts = row.facts
        if row.opinion:
            facts = brought_up_to_date(row.opinion, row.kind, facts, today)
        number = f"{organ.series(row.kind)}〔{today.year}〕　号"
        row.blocks, row.problem = [], ""
        try:
            blank = {"number": number, "date": "　　　　年　月　日"}
            row.blocks = blocks(rendered(template, complete(facts | blank)))
        except BadTemplate as error:
            row.problem, row.may_sign = str(error), False
    return rows


@require_POST
@roles_required(*READ)
def sign_letters(request: StaffRequest) -> HttpResponse:
    """Sign off, or check, the chosen drafts: each in a transaction of its own, so that one that is refused holds up no
    other."""
    chosen = [int(pk) for pk in request.POST.getlist("draft")[:AT_ONCE] if pk.isascii() and pk.isdigit()]
    rows = list(_waiting(request.user).filter(pk__in=chosen).order_by("about", "id"))
    if not rows:
        messages.warning(
            request, _("Choose at least one letter; what was signed off meanwhile is not shown.")
        )
        return _back(request)
    done, refused = [], []
    for row in rows:
        try:
            done.append(
                _check(row, request) if request.POST.get("do") == "check" else _sign_off(row, request)
            )
        except (NotPossible, Refused) as error:
            refused.append(f"{row.about} {row.get_kind_display()}{_(': ')}{error}")
    if done:
        text = _("Checked: %(what)s") if request.POST.get("do") == "check" else _("Signed off: %(what)s")
        messages.success(request, text % {"what": _(", ").join(done)})
    for text in refused:
        messages.warning(request, text)
    return _back(request)


def _check(row: Draft, request: StaffRequest) -> str:
    drafts.check(row.pk, by=request.user)
    return str(row)


def _sign_off(row: Draft, request: StaffRequest) -> str:
    try:
        sign_off_letter(row.about, by=request.user, only=[row.pk])
    except Opinion.DoesNotExist:
        raise Http404 from None
    letter = Letter.objects.defer("facts_text").get(draft=row.pk)
    if pdf.available():
        papers.request_letter(letter, by=request.user)
    return str(letter)


@require_POST
@roles_required(*READ)
def drop_letter(request: StaffRequest, pk: int) -> HttpResponse:
    """Drop one draft, with the reason that was typed."""
    form = DropForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Say in at least four characters why the draft is dropped."))
        return _back(request)
    try:
        drafts.drop_one(pk, by=request.user, reason=form.cleaned_data["reason"])
    except Draft.DoesNotExist:
        raise Http404 from None
    except NotPossible as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("The draft is dropped; no number was taken."))
    return _back(request)


def _back(request: StaffRequest) -> HttpResponseRedirect:
    return redirect(reverse("opinions:letters_to_sign"))

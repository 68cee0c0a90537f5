"""The directory of deputies: the list, a deputy's page, and one's own."""

from datetime import date

from django.db.models import BooleanField, ExpressionWrapper
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from deputies.directory import work
from deputies.directory.filters import DeputyFilter
from deputies.directory.public import public_page, public_profile
from deputies.in_office import elected
from deputies.models import Deputy, PlannedTransition
from deputies.register_access import CALLERS, KEEPERS, RECORD_READERS, editable_terms
from studios.models import Role
from studios.permissions.access import directory_readers, roles_required
from studios.permissions.roles import READERS
from studios.permissions.scope import roles_over, scope_of

COMING, RECENT = 6, 5


@require_safe
@directory_readers
def deputy_list(request: StaffRequest) -> HttpResponse:
    """List the deputies of the person's area, filtered."""
    rows = Deputy.objects.visible_to(request.user).select_related("township__county", "studio")
    is_elected = ExpressionWrapper(elected(timezone.localdate()), output_field=BooleanField())
    marked = rows.annotate(is_elected=is_elected)
    chosen = DeputyFilter(request.GET, queryset=marked, request=request)
    page = paginate(request, chosen.qs.order_by("township_id", "name_pinyin", "id"))
    keeps = scope_of(request.user).has(*KEEPERS)
    unknown = editable_terms(request.user).filter(start_is_known=False, starts_on__isnull=False, ends_on=None)
    context = {"filter": chosen, "page": page, "unknown_terms": unknown[:12] if keeps else [], "keeps": keeps}
    return render(request, "deputies/list.html", context)


@require_safe
@directory_readers
def deputy_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show who the deputy is, the shifts to come and those held; the citizens' opinions come as a fragment."""
    rows = Deputy.objects.visible_to(request.user).with_roles(request.user)
    deputy = get_object_or_404(rows.select_related("township__county", "studio"), pk=pk)
    today = timezone.localdate()
    deputy.is_elected = Deputy.objects.filter(elected(today), pk=pk).exists()  # type: ignore[attr-defined]
    roles, own = roles_over(deputy), deputy.user_id == request.user.pk
    keeps = bool(roles.intersection(KEEPERS))
    sits = deputy.mandates.filter(ended_on=None)
    context = {
        "deputy": deputy,
        "own": own,
        "profile": public_profile(deputy),
        "mandates": deputy.mandates.select_related("term").order_by("ended_on", "-term__starts_on", "-pk"),
        "planned": PlannedTransition.objects.filter(term__mandates__in=sits) if keeps else [],
        "year": today.year,
        "work": work.work_of(deputy, date(today.year, 1, 1), today),
        "coming": work.coming_of(deputy, today)[:COMING],
        "recent": work.recent_of(deputy, today).order_by("-on", "-pk")[:RECENT],
        "phone": deputy.phone if own or roles.intersection(CALLERS) else deputy.shown_phone,
        "keeps": keeps,
        "public_url": public_page(deputy),
        "reads_opinions": scope_of(request.user).has(*READERS),
        "reads_record": own or bool(roles.intersection(RECORD_READERS)),
    }
    return render(request, "deputies/detail.html", context)


@require_safe
@roles_required(Role.DEPUTY)
def own_page(request: StaffRequest) -> HttpResponse:
    """Redirect a deputy to their own page; 404 for an account without one."""
    deputy = Deputy.objects.filter(user=request.user).first()
    if deputy is None:
        raise Http404
    return redirect("deputies:detail", deputy.pk)

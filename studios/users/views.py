"""The pages of accounts: the list, a new one, one person's, and switching off several together."""

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services as accounts
from accounts.models import User
from accounts.requests import StaffRequest
from common.text.digits import number
from common.ui.pagination import paginate
from studios import approvals
from studios.models import Membership
from studios.permissions.access import administrators_only

from . import services, slips
from .departures import NOBODY, accounts_of, depart, field_of, successors
from .forms import PersonForm, RoleForm, UserFilter
from .rights import grant_approval, reset_approval

MOST = 500  # accounts to switch off together


@require_safe
@administrators_only
def user_list(request: StaffRequest) -> HttpResponse:
    """List the accounts of the person's administration, filtered."""
    rows = accounts_of(request.user)
    chosen = UserFilter(request.GET, queryset=rows, request=request)
    found = chosen.qs.order_by("username").prefetch_related(
        "memberships__studio", "memberships__agency__county"
    )
    return render(
        request, "studios/users/list.html", {"filter": chosen, "page": paginate(request, found), "most": MOST}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
@never_cache
def new_user(request: StaffRequest) -> HttpResponse:
    """Add an account with its first role; its slip comes next."""
    data = request.POST if request.method == "POST" else None
    who, what = PersonForm(data), RoleForm(data, by=request.user)
    if data is not None and who.is_valid() & what.is_valid() and (added := _add(request, who, what)):
        return added
    status = 422 if who.errors or what.errors else 200
    return render(request, "studios/users/new.html", {"form": who, "role": what}, status=status)


def _add(request: StaffRequest, who: PersonForm, what: RoleForm) -> HttpResponse | None:
    """Add the account; None, with the reason beside the role, where a second person has to approve first."""
    facts, membership = dict(who.cleaned_data), cast(Membership, what.membership)
    taken = {name.lower() for name in User.objects.values_list("username", flat=True)}
    username = facts.pop("username") or services.username_for(facts["name"], taken)
    try:
        held = grant_approval(membership, account=username, by=request.user, request=request)
    except approvals.NotApproved as wait:
        what.add_error("role", str(wait))
        return None
    seed = slips.new_seed()
    with transaction.atomic():
        user = User(username=username, **facts)
        membership.user = services.add(user, by=request.user, seed=seed, request=request)
        services.give(membership, by=request.user, held=held, request=request)
    return slips.show(request, seed=seed, user=user)


def _account(request: StaffRequest, pk: int) -> User:
    return get_object_or_404(accounts_of(request.user), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
@never_cache
def user_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one account and its roles; take changes of the person's facts, or one more role (`give`)."""
    user = _account(request, pk)
    sent = request.POST if request.method == "POST" else None
    gives = sent is not None and "give" in sent
    who = PersonForm(None if gives else sent, user=user)
    what = RoleForm(sent if gives else None, by=request.user, user=user)
    own = user.pk == request.user.pk
    if gives and own:
        raise Http404
    if gives and what.is_valid():
        membership = cast(Membership, what.membership)
        membership.user = user
        try:
            held = grant_approval(membership, account=user.username, by=request.user, request=request)
            services.give(membership, by=request.user, held=held, request=request)
        except approvals.NotApproved as wait:
            what.add_error("role", str(wait))
        else:
            messages.success(request, _("The role was given."))
            return redirect("users:detail", pk)
    elif sent is not None and not gives and who.is_valid():
        services.correct(user, by=request.user, request=request, **who.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("users:detail", pk)
    rows = user.memberships.select_related("studio__township", "agency__county").order_by("role", "pk")
    context = {"account": user, "form": who, "role": what, "rows": rows, "own": own}
    status = 422 if who.errors or what.errors else 200
    return render(request, "studios/users/detail.html", context, status=status)


@require_POST
@administrators_only
def take_role_away(request: StaffRequest, pk: int, membership: int) -> HttpResponse:
    """Take one role from an account, after a successor was named where one is needed."""
    user = _account(request, pk)
    row = get_object_or_404(user.memberships.select_related("studio", "agency"), pk=membership)
    if user.pk == request.user.pk:
        raise Http404
    left = depart(
        lambda: services.take_away(row, by=request.user, request=request),
        [row],
        request.POST,
        by=request.user,
    )
    if left:
        return _ask(request, left, [user])
    messages.success(request, _("The role was taken away."))
    return redirect("users:detail", pk)


@require_POST
@administrators_only
def switch_off(request: StaffRequest) -> HttpResponse:
    """Switch off the chosen accounts, after successors were named where they are needed. One's own is left out."""
    chosen = [key for one in request.POST.getlist("user")[:MOST] if (key := number(one)) is not None]
    rows = accounts_of(request.user).filter(pk__in=chosen, is_active=True).exclude(pk=request.user.pk)
    users = list(rows.order_by("username"))
    if not users:
        messages.warning(request, _("Choose accounts that are in use."))
        return redirect("users:list")
    memberships = list(Membership.objects.filter(user__in=users).select_related("user", "studio", "agency"))

    def change() -> None:
        for user in users:
            services.set_active(user, False, by=request.user, request=request)

    if left := depart(change, memberships, request.POST, by=request.user):
        return _ask(request, left, users)
    said = ngettext("%d account was switched off.", "%d accounts were switched off.", len(users)) % len(users)
    messages.success(request, said)
    return redirect("users:list")


def _ask(request: StaffRequest, left: list, users: list[User]) -> HttpResponse:
    context = {
        "left": [(one, field_of(one), request.POST.get(field_of(one), "")) for one in left],
        "choices": [
            (str(user.pk), f"{user.name} ({user.username})") for user in successors(request.user, users)
        ],
        "nobody": NOBODY,
        "users": users,
    }
    return render(request, "studios/users/departure.html", context, status=422)


@require_POST
@administrators_only
def switch_on(request: StaffRequest, pk: int) -> HttpResponse:
    """Switch an account on again."""
    user = _account(request, pk)
    if not user.is_active:
        services.set_active(user, True, by=request.user, request=request)
        messages.success(request, _("The account is in use again."))
    return redirect("users:detail", pk)


@require_POST
@administrators_only
def new_password(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a new initial password, and lead to its slip; the old one and its sessions end immediately."""
    user = _account(request, pk)
    if user.pk == request.user.pk:
        raise Http404
    try:
        approvals.use(reset_approval(user, by=request.user, request=request), request=request)
    except approvals.NotApproved as error:
        messages.warning(request, str(error))
        return redirect("users:detail", pk)
    seed = slips.new_seed()
    accounts.set_initial_password(user=user, by=request.user, request=request, seed=seed)
    return slips.show(request, seed=seed, user=user)

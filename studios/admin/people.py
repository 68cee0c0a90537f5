"""Accounts and what they may see: the memberships, given by an administrator within their own area."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts import services
from accounts.models import User
from common.security.crypto import EncryptedTextField
from common.security.sealed_cookies import EncryptedCookie
from common.ui.admin import PersonAdmin, SafeAutocomplete
from studios import approvals, leaving
from studios.models import Membership, Role
from studios.permissions.scope import scope_of
from studios.staff import staff_only_in
from studios.users.rights import APART, reset_approval
from studios.users.services import over

from .leaving import LeavingMixin
from .memberships import MembershipForm, MembershipFormSet, area_choices

PASSWORD = EncryptedCookie("password", 10 * 60, "/admin/")


class MembershipInline(SafeAutocomplete, admin.TabularInline):
    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    fields = ["role", "area_code", "studio", "agency", "is_head", "may_export"]
    autocomplete_fields = ["studio", "agency"]
    extra = 0

    def _allowed(self, request: HttpRequest, user: User | None = None) -> bool:
        """Return whether the person may give memberships to `user`: nobody gives rights to themselves."""
        return self.admin_site.has_permission(request) and (user is None or user.pk != request.user.pk)

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return whether a membership may be added."""
        return self._allowed(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return whether the memberships may be changed."""
        return self._allowed(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return whether memberships may be taken away."""
        return self._allowed(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return whether the memberships may be looked at, one's own included."""
        return self.admin_site.has_permission(request)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only rows of the person's own administration."""
        related = db_field.related_model
        if hasattr(related._default_manager, "visible_to"):
            kwargs["queryset"] = related._default_manager.visible_to(request.user, Role.ADMINISTRATOR)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_formset(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> Any:
        """Return the formset, its areas narrowed to the person's administration."""
        formset = super().get_formset(request, obj, **kwargs)
        for name in set(self.autocomplete_fields) & set(formset.form.base_fields):
            # Here a studio or an agency is chosen; each is edited on its own page.
            widget = formset.form.base_fields[name].widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False
        cast(type[MembershipForm], formset.form).area_choices = area_choices(
            scope_of(request.user).prefixes(Role.ADMINISTRATOR)
        )
        cast(type[MembershipFormSet], formset).request = request
        return formset


@admin.register(User)
class UserAdmin(LeavingMixin, PersonAdmin):
    leaving_question = _("Who acts for them from now on?")
    nobody_label = _("Nobody for now: the dashboard and the doctor name what is open there")
    fields = ["username", "name", "phone", "email", "is_active"]
    list_display = ["username", "full_name", "roles", "is_active", "must_change_password", "last_login"]
    list_filter = ["is_active", "memberships__role"]
    search_fields = ["username", "name"]
    ordering = ["username"]
    inlines = [MembershipInline]
    formfield_overrides = {EncryptedTextField: {"widget": AdminTextInputWidget}}

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        """Return the account's roles in words, each once."""
        return "、".join(dict.fromkeys(m.get_role_display() for m in user.memberships.all()))

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return the accounts that lie wholly in the person's administration."""
        prefixes = scope_of(request.user).prefixes(Role.ADMINISTRATOR)
        return staff_only_in(prefixes).prefetch_related("memberships").order_by("username")

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Return the fields; a new account is active without being asked."""
        return self.fields if obj else [name for name in self.fields if name != "is_active"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the fields that never change, and one's own that would lock oneself out."""
        # The ledger keeps names of accounts: a new holder gets a new account. Nobody locks themselves out.
        if obj is None:
            return ()
        return ("username", "is_active") if obj.pk == request.user.pk else ("username",)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Save the account; a new one gets an initial password, shown once."""
        if not change:
            request.initial_password = services.set_initial_password(user=obj, by=request.user)
        elif "is_active" in form.changed_data:
            services.end_sessions(obj)
        super().save_model(request, obj, form, change)

    def facts_of(self, user: User) -> dict[str, Any]:
        """Return what the audit trail keeps of an account: whether it is active, and its memberships."""
        rows = user.memberships.select_related("studio", "agency")
        return {"active": user.is_active, "memberships": [f"{m.role} {over(m)}" for m in rows]}

    def area_of(self, user: User) -> str:
        """Return the area code under which a change of the account is recorded; empty when it works in several
        counties."""
        prefixes = {m.prefix for m in user.memberships.select_related("studio", "agency")}
        return min(prefixes, key=len) if len({prefix[:6] for prefix in prefixes}) == 1 else ""

    def agencies_of(self, obj: User) -> set[int]:
        """Return the agencies for which the account acts; none when it is not active."""
        rows = Membership.objects.filter(user=obj, agency__isnull=False) if obj.is_active else []
        return {row.agency_id for row in rows if row.agency_id is not None}

    def memberships_of(self, obj: User) -> list[Membership]:
        """Return the memberships under which something can be left open; none when the account is not active."""
        roles = (Role.CLERK, Role.TRIAGE_OFFICER, Role.SUPERVISOR)
        return list(Membership.objects.filter(user=obj, role__in=roles)) if obj.is_active else []

    def successors(self, request: HttpRequest, obj: User, left: list[leaving.Left]) -> QuerySet:
        """Return the accounts that may take over: active, and neither administering nor auditing."""
        apart = Membership.objects.filter(role__in=APART).values("user")
        return self.get_queryset(request).filter(is_active=True).exclude(pk__in=apart).exclude(pk=obj.pk)

    def take_over(
        self, request: HttpRequest, obj: User, left: list[leaving.Left], successor: User | None
    ) -> None:
        """Appoint `successor` to all that is left, and record it; None changes nothing."""
        if successor is None:
            return
        head = Membership.objects.filter(user=obj, is_head=True).exists()
        leaving.appoint(left, successor, head=head)
        details = {
            "did": "appointed",
            "agencies": [one.agency.pk for one in left if one.agency],
            "memberships": [
                f"{one.membership.role} {over(one.membership)}" for one in left if one.membership
            ],
            "instead_of": obj.username,
        }
        # The admin site of congress_liaison, which writes the audit trail.
        self.admin_site.record(  # type: ignore[attr-defined]
            request, successor, area_code=self.area_of(successor), details=details
        )

    def response_add(self, request: Any, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        """Show the new account's initial password."""
        return self._show_password(request, obj, request.initial_password)

    def get_urls(self) -> list[Any]:
        """Return the admin's addresses and the one that resets a password."""
        reset = never_cache(self.admin_site.admin_view(self.reset_password))
        return [
            path("<int:pk>/password/", reset, name="accounts_user_reset_password"),
            *super().get_urls(),
        ]

    def reset_password(self, request: Any, pk: int) -> HttpResponse:
        """Ask, then give a new initial password; the old one and its sessions end immediately. Loaded again, the page
        that shows the password shows the same one, for ten minutes."""
        user = self.get_object(request, str(pk))
        if user is None or user.pk == request.user.pk:
            raise PermissionDenied
        if request.method == "POST":
            try:
                held = reset_approval(user, by=request.user, request=request)
                approvals.use(held, request=request)
            except approvals.NotApproved as error:
                messages.warning(request, str(error))
                return redirect("admin:accounts_user_change", user.pk)
            password = services.set_initial_password(user=user, by=request.user, request=request)
            return self._show_password(request, user, password)
        by, whose, password = (PASSWORD.read(request) or "0 0 ").split(" ", 2)
        just_set = "told" in request.GET and (by, whose) == (str(request.user.pk), str(user.pk))
        return self._password_page(request, user, password if just_set else "")

    def _show_password(self, request: Any, user: User, password: str) -> HttpResponse:
        url = reverse("admin:accounts_user_reset_password", args=[user.pk])
        return PASSWORD.keep(redirect(f"{url}?told=1"), f"{request.user.pk} {user.pk} {password}")

    def _password_page(self, request: Any, user: User, password: str = "") -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": _("Initial password of %s") % user.username,
            "opts": self.opts,
            "account": user,
            "initial_password": password,
            "back": reverse("admin:accounts_user_change", args=[user.pk]),
        }
        return TemplateResponse(request, "admin/initial_password.html", context)

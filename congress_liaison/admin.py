"""The administrator's site: users, areas, agencies, categories, limits. It holds no citizen's data."""

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:  # the models do not exist yet when Django loads this module
    from accounts.requests import StaffRequest

# Apps whose models are administered here. Groups, permissions and lockout tables of packages open nothing here.
APPS = {"accounts", "workdays", "studios", "deputies", "notifications", "letters", "opinions", "reports"}


class LiaisonAdminConfig(AdminConfig):
    default_site = "congress_liaison.admin.LiaisonAdminSite"


class LiaisonAdminSite(admin.AdminSite):
    """The site: open to administrators by membership, and every change is audited."""

    site_title = site_header = _("Administration of the liaison studios")
    index_title = _("Settings")

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[admin.ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        """Register the models of our own apps; those of packages are left out."""
        models: Iterable[type[Model]] = (
            [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        )
        ours = [model for model in models if model._meta.app_label in APPS]
        super().register(ours, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the person is an administrator, by membership; `is_staff` and `is_superuser` open nothing
        here."""
        from studios.permissions.scope import scope_of

        user = request.user
        return user.is_active and user.is_authenticated and scope_of(user).has("administrator")

    def admin_view(  # type: ignore[override]  # the stubs describe views that are methods as well
        self, view: Callable[..., HttpResponseBase], cacheable: bool = False
    ) -> Callable[..., HttpResponseBase]:
        """Refuse somebody who is logged in with another role (403), instead of asking them to log in again."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, inner)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Redirect to the only login page, which has the lockout and the audit trail."""
        from django.contrib.auth.views import redirect_to_login

        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return redirect_to_login(wanted, settings.LOGIN_URL)

    def password_change(  # type: ignore[override]  # Django itself shows a page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the product's own page, which audits the change."""
        return redirect("password_change")

    def record(
        self,
        request: "StaffRequest",
        obj: Model,
        *,
        area_code: str = "",
        details: dict[str, Any] | None = None,
    ) -> None:
        """Write a change made here into the audit trail."""
        from accounts import audit
        from accounts.models import AccessRecord

        subject = getattr(obj, "audit_subject", f"{obj._meta.verbose_name}: {obj}")
        audit.record(
            AccessRecord.Action.SET,
            by=request.user,
            request=request,
            subject=subject,
            area_code=area_code,
            details={"model": obj._meta.label_lower, "pk": str(obj.pk)} | (details or {}),
        )

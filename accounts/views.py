"""Logging in, the second factor, and choosing one's own password."""

from collections.abc import Callable
from contextlib import suppress
from time import time
from typing import Any
from urllib.parse import unquote, urlsplit

from axes.utils import reset as unlock
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as log_in
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.security.redirects import safe_next_url
from common.security.sealed_cookies import EncryptedCookie
from common.templatetags.liaison import localtime_short
from common.ui.qr import qr_svg

from . import middleware, rate_limit, services
from . import second_factor as factors
from .forms import CodeForm, LoginForm, NewPasswordForm, OwnPasswordForm
from .invitations import login_link_tokens
from .models import SecondFactor, User
from .requests import StaffRequest

RECOVERY = EncryptedCookie("recovery", 10 * 60, "/second-factor/")


class Login(auth.LoginView):
    """Lockout after failures is the middleware's (axes); the audit trail is written by `signals`."""

    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check name and password. An address from which many logins failed waits between two tries."""
        who = rate_limit.sender(request)
        if seconds := rate_limit.seconds_until_allowed("log in", who):
            form = LoginForm(request, initial={"username": request.POST.get("username", "")[:150]})
            response = self.render_to_response(self.get_context_data(form=form, wait=seconds), status=429)
            response.headers["Retry-After"] = str(seconds)
            return response
        response = super().post(request, *args, **kwargs)
        if request.user.is_authenticated:
            rate_limit.give_back("log in", who)
        return response

    def get_redirect_url(self) -> str:  # type: ignore[override]  # the stubs describe a later Django
        """Return `next`, or "" (the home page) if it leads back here or to the logout."""
        url = safe_next_url(self.request, super().get_redirect_url())
        with suppress(Resolver404):
            if resolve(unquote(urlsplit(url).path)).view_name in ("login", "logout"):
                return ""
        return url


class PasswordLink(auth.PasswordResetConfirmView):
    """A new password by a link; none for an account that was deactivated since."""

    def get_user(self, uidb64: str) -> User | None:  # type: ignore[override]
        """Return the account, if it is active."""
        user = super().get_user(uidb64)
        return user if user and user.is_active else None


@method_decorator(login_not_required, name="dispatch")
class LoginLink(PasswordLink):
    """What `manage.py login_link` leads to: a new password, and in. Django keeps the token out of its address."""

    template_name = "accounts/login_link.html"
    form_class = NewPasswordForm
    token_generator = login_link_tokens
    success_url = reverse_lazy("home")
    reset_url_token = "new-password"  # noqa: S105 - stands in the address instead of the token

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:  # type: ignore[override]
        """Set the password and log in; the second factor is asked for as after any login."""
        assert self.user is not None  # noqa: S101 - without one `dispatch` shows no form
        self.request.session.pop(INTERNAL_RESET_SESSION_TOKEN, None)
        services.change_own_password(
            user=self.user,
            password=form.cleaned_data["new_password1"],
            request=self.request,
            reason="login link",
        )
        unlock(username=self.user.username)
        log_in(self.request, self.user, backend="django.contrib.auth.backends.ModelBackend")
        return HttpResponseRedirect(str(self.success_url))


class PasswordChange(auth.PasswordChangeView):
    """Choosing one's own password, audited by `services`."""

    request: StaffRequest
    template_name = "accounts/password_change.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("home")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        services.change_own_password(
            user=self.request.user, password=form.cleaned_data["new_password1"], request=self.request
        )
        update_session_auth_hash(self.request, self.request.user)
        messages.success(self.request, _("Your new password is valid from now on."))
        return HttpResponseRedirect(self.get_success_url())


@method_decorator(login_not_required, name="dispatch")
class Welcome(PasswordLink):
    """The first password, by the link of accounts/invitations.py. Nobody is logged in by it: the login comes next, and
    the second factor with it."""

    user: User  # type: ignore[assignment]  # None only where the link is wrong, and then no form is taken
    template_name = "accounts/welcome.html"
    success_url = reverse_lazy("login")

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        services.change_own_password(
            user=self.user, password=form.cleaned_data["new_password1"], request=self.request
        )
        self.request.session.pop(INTERNAL_RESET_SESSION_TOKEN, None)
        messages.success(self.request, _("Your password is set. Log in with it."))
        return HttpResponseRedirect(self.get_success_url())


@require_safe
@never_cache
def alive(request: StaffRequest) -> JsonResponse:
    """Answer a script that asks while somebody types, which prolongs the login as any page does: who is logged in, the
    token of their forms, and for how many seconds the login lasts if nothing more happens."""
    left = settings.SESSION_COOKIE_AGE - int(time() - request.session.get(middleware.ACTIVE, time()))
    return JsonResponse({"person": request.user.pk, "token": get_token(request), "seconds": left})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def second_factor(request: StaffRequest) -> HttpResponse:
    """Set the second factor up where there is none yet, ask for it, or say that it is in use."""
    factor = factors.get_or_create(request.user)
    if factor.confirmed_at and factors.PENDING not in request.session:
        return _ask(request, factor, CodeForm())
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        take: Callable[..., bool | list[str] | None] = (
            factors.check if factor.confirmed_at else factors.confirm
        )
        try:
            right = take(user=request.user, code=form.cleaned_data["code"], request=request)
        except factors.Locked as locked:
            form.add_error(
                "code", _("Too many wrong codes. Try again after %s.") % localtime_short(locked.until)
            )
        else:
            if right:
                request.session.pop(factors.PENDING, None)
                request.session.cycle_key()
                return _let_in(request, right)
            form.add_error("code", _("This code is not right, or was used before. Wait for the next one."))
    return _ask(request, factor, form)


def _let_in(request: StaffRequest, right: bool | list[str]) -> HttpResponse:
    """Redirect to where the person wanted to go; after the set-up first to the recovery codes, shown this once."""
    services.end_other_session(user=request.user, request=request)
    back = safe_next_url(request, request.GET.get("next", ""))
    if not isinstance(right, list):
        return HttpResponseRedirect(back)
    shown = f"{reverse('recovery_codes')}?{urlencode({'next': back})}"
    return RECOVERY.keep(HttpResponseRedirect(shown), " ".join([str(request.user.pk), *right]))


@require_safe
@never_cache
def recovery_codes(request: StaffRequest) -> HttpResponse:
    """Show the recovery codes just made, as long as this browser keeps them."""
    owner, *codes = RECOVERY.read(request).split(" ")
    back = safe_next_url(request, request.GET.get("next", ""))
    if not codes or owner != str(request.user.pk):
        return HttpResponseRedirect(back)
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "next": back})


def _ask(request: StaffRequest, factor: SecondFactor, form: CodeForm) -> HttpResponse:
    pending = factors.PENDING in request.session
    settled = factor.confirmed_at and not pending
    context = {"form": form, "factor": factor, "settled": settled, "pending": pending}
    if not factor.confirmed_at:
        context["qr"] = qr_svg(factors.address_of(factor))
        context["secret"] = " ".join(factor.secret[n : n + 4] for n in range(0, len(factor.secret), 4))
    return render(request, "accounts/second_factor.html", context, status=422 if form.errors else 200)

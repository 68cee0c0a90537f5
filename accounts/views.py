"""The door: logging in, and choosing one's own password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth
from django.http import HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from . import services
from .forms import OwnPasswordForm


class Login(auth.LoginView):
    """Lockout after failures is the middleware's (axes); the audit trail is written by `signals`."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True


class PasswordChange(auth.PasswordChangeView):
    template_name = "accounts/password_change.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("home")

    def form_valid(self, form):
        services.change_own_password(
            user=self.request.user, password=form.cleaned_data["new_password1"], request=self.request
        )
        update_session_auth_hash(self.request, self.request.user)
        messages.success(self.request, _("Your new password is valid from now on."))
        return HttpResponseRedirect(self.get_success_url())

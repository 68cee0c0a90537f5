"""The page on which a superuser without a role takes the administrator's."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import second_factor
from accounts.requests import StaffRequest
from studios.administration import clean_area, may_take_it, take_it


class AreaForm(forms.Form):
    """The area to administer."""

    area_code = forms.CharField(
        label=gettext_lazy("Area code"),
        max_length=20,
        help_text=gettext_lazy(
            "The first four digits of the prefecture's code (湘西州: 4331), or the six of one county."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_area_code(self) -> str:
        """Return the code without blanks and zeros after it."""
        return clean_area(self.cleaned_data["area_code"])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def take_administration(request: StaffRequest) -> HttpResponse:
    """Ask a superuser without a role for the area, and give the role; the second factor is the next thing asked for
    where the role needs it."""
    if not may_take_it(request.user):
        raise PermissionDenied
    form = AreaForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        take_it(request.user, form.cleaned_data["area_code"], request=request)
        if second_factor.is_required(request.user):
            request.session[second_factor.PENDING] = True
        messages.success(request, _("You administer this installation from now on."))
        return redirect("home")
    return render(
        request, "studios/take_administration.html", {"form": form}, status=422 if form.errors else 200
    )

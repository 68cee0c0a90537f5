"""The page of the set-up: what is done, what is lacking and where it is done; tests of channels; the doctor."""

from io import StringIO

from django import forms
from django.contrib import messages
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.requests import StaffRequest
from common.ui.addresses import address_of
from common.ui.fields import PhoneField
from congress_liaison import doctor
from congress_liaison.setup import STEPS
from studios.permissions.access import prefecture_administrators_only


class SmsTrialForm(forms.Form):
    """Where a text message is sent for trial."""

    phone = PhoneField(label=_("Your mobile number"), max_length=40)


class EmailTrialForm(forms.Form):
    """Where an e-mail is sent for trial."""

    address = forms.EmailField(label=_("Your e-mail address"))


@require_http_methods(["GET", "HEAD", "POST"])
@prefecture_administrators_only
@never_cache
def setup(request: StaffRequest) -> HttpResponse:
    """Show the steps; send a test (POST); run the doctor (`?doctor`), whose checks of services may take seconds."""
    by_sms = request.method == "POST" and "phone" in request.POST
    by_email = request.method == "POST" and not by_sms
    sms, email = (
        SmsTrialForm(request.POST if by_sms else None),
        EmailTrialForm(request.POST if by_email else None),
    )
    if sms.is_valid():
        return _try(request, "send_test_sms", sms.cleaned_data["phone"])
    if email.is_valid():
        return _try(request, "send_test_email", email.cleaned_data["address"])
    steps = [
        {
            "title": step.title,
            "text": step.text,
            "done": step.done(request),
            "links": [(label, address_of(name)) for label, name in step.links],
        }
        for step in STEPS
    ]
    context = {
        "steps": steps,
        "done": sum(bool(step["done"]) for step in steps),
        "next": next((step for step in steps if not step["done"]), None),
        "sms": sms,
        "email": email,
        "findings": doctor.examine(timezone.now()) if "doctor" in request.GET else None,
    }
    return render(request, "setup/steps.html", context, status=422 if sms.errors or email.errors else 200)


def _try(request: StaffRequest, command: str, to: str) -> HttpResponse:
    said = StringIO()
    try:
        call_command(command, to, stdout=said)
    except CommandError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said.getvalue().strip())
    return redirect("setup")

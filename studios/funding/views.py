"""All money of the person's area on one page; what a township got without any studio is entered here."""

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AccessRecord
from accounts.requests import StaffRequest
from common.ui.forms import LiaisonFormHelper
from common.ui.pagination import paginate
from studios.errors import Refused
from studios.funding.forms import FundingFilter, TownshipFundingForm
from studios.models import Funding
from studios.permissions.access import directory_readers
from studios.permissions.scope import scope_of
from studios.profile.money import FUNDERS, Given, set_township_funding, townships_funded_by

CORRECTIONS_SHOWN = 10


@directory_readers
def funding_list(request: StaffRequest) -> HttpResponse:
    """List what studios, homes and townships were given; enter a township's on the same page."""
    townships = townships_funded_by(request.user).select_related("county").order_by("code")
    initial = {"year": timezone.localdate().year}
    form = TownshipFundingForm(
        request.POST if request.method == "POST" else None, initial=initial, townships=townships
    )
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        given = Given(data["year"], data["source"], data["amount"], data["note"])
        try:
            set_township_funding(data["township"].pk, given, by=request.user, request=request)
        except Refused as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("funding:list")
    form.helper = LiaisonFormHelper(form)
    rows = Funding.objects.visible_to(request.user).select_related(
        "studio__township__county", "township__county"
    )
    chosen = FundingFilter(request.GET, queryset=rows, request=request)
    context = {
        "form": form,
        "filter": chosen,
        "page": paginate(request, chosen.qs.order_by("-year", "studio", "township", "source")),
        "total": chosen.qs.aggregate(total=Sum("amount"))["total"] or 0,
        "enters": townships.exists(),
        "imports": scope_of(request.user).has(*FUNDERS),
        "corrections": _corrections(townships.values_list("pk", flat=True)),
    }
    return render(request, "studios/funding_list.html", context, status=422 if form.is_bound else 200)


def _corrections(codes: object) -> list[AccessRecord]:
    """Return the latest changes of money of these townships, newest first."""
    subjects = [f"township {code}" for code in list(codes)]  # type: ignore[call-overload]
    rows = AccessRecord.objects.filter(subject__in=subjects, action=AccessRecord.Action.SET)
    return list(rows.select_related("by").order_by("-at", "-id")[:CORRECTIONS_SHOWN])

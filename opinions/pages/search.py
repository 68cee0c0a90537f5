"""The search of the top bar: a query that names one opinion leads there, every other one to the list of its results."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.requests import StaffRequest
from opinions.lists.access import readers_only
from opinions.lists.search import direct
from opinions.models import Opinion

MOST = 100  # characters, as in the list


@readers_only
@require_safe
def find(request: StaffRequest) -> HttpResponse:
    """Redirect to the opinion or to the list; without a query show the search page."""
    asked = request.GET.get("q", "").replace("\0", "").strip()[:MOST]
    if not asked:
        return render(request, "opinions/find.html")
    if number := direct(asked, request.user, Opinion.objects.visible_to(request.user)):
        return redirect("opinions:detail", number)
    return redirect(f"{reverse('opinions:list')}?{urlencode({'q': asked})}")

"""The list of opinions: filtered, scoped, in pages of equal cost at any depth."""

from django.shortcuts import render

from common.pagination import stretch
from opinions.filters import OpinionFilter
from opinions.masking import shown_to
from opinions.models import Opinion
from opinions.workflow.table import ACTIONS
from studios.scope import scope_of

from .access import readers_only

SHOWN = ("county", "township", "studio", "lead_agency")


@readers_only
def opinion_list(request):
    """Always the whole page; htmx takes the parts it replaces out of it."""
    filterset = OpinionFilter(request.GET, Opinion.objects.visible_to(request.user), user=request.user)
    dressed = Opinion.objects.with_roles(request.user).select_related(*SHOWN)
    page = stretch(request, filterset.rows, dressed=dressed, indexed=filterset.indexed)
    for opinion in page:
        opinion.shown = shown_to(opinion)
    context = {
        "filter": filterset,
        "form": filterset.form,
        "chips": filterset.chips(),
        "page": page,
        "county_shown": not filterset.single_county,
        "may_register": scope_of(request.user).has(*ACTIONS["register"].roles),
    }
    return render(request, "opinions/list.html", context)

"""The list of opinions: filtered, scoped, in pages of equal cost at any depth."""

from functools import partial

from django.shortcuts import render

from common.pagination import stretch
from opinions.filters import OpinionFilter
from opinions.listed import Rows, dressed
from opinions.models import Opinion
from opinions.workflow.table import ACTIONS
from studios.scope import scope_of

from .access import readers_only


@readers_only
def opinion_list(request):
    """Always the whole page; htmx takes the parts it replaces out of it."""
    filterset = OpinionFilter(request.GET, Opinion.objects.visible_to(request.user), user=request.user)
    dress = partial(dressed, user=request.user)
    page = stretch(request, filterset.rows, dress=dress, sought=filterset.sought)
    context = {
        "filter": filterset,
        "form": filterset.form,
        "chips": filterset.chips(),
        "page": page,
        "rows": Rows(page, county_shown=not filterset.single_county),
        "may_register": scope_of(request.user).has(*ACTIONS["register"].roles),
    }
    return render(request, "opinions/list.html", context)

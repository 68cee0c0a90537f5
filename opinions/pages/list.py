"""The list of opinions: filtered, scoped, in pages of equal cost at any depth."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import StaffRequest
from common.ui.pagination import keyset_page
from opinions.lifecycle.transitions import ACTIONS
from opinions.lists.access import readers_only
from opinions.lists.filters import OpinionFilter
from opinions.lists.table import TableRows, with_row_columns
from opinions.models import Opinion
from studios.permissions.scope import scope_of


@readers_only
def opinion_list(request: StaffRequest) -> HttpResponse:
    """Show the list. Always the whole page; htmx takes the parts it replaces out of it."""
    filterset = OpinionFilter(request.GET, Opinion.objects.visible_to(request.user), user=request.user)
    dress = partial(with_row_columns, user=request.user)
    page = keyset_page(request, filterset.rows, annotate=dress, search=filterset.sought)
    context = {
        "filter": filterset,
        "form": filterset.form,
        "chips": filterset.chips(),
        "page": page,
        "rows": TableRows(page, county_shown=not filterset.single_county),
        "may_register": scope_of(request.user).has(*ACTIONS["register"].roles),
    }
    return render(request, "opinions/list.html", context)

"""The one way a list is cut into pages."""

from django.core.paginator import Page, Paginator


def paginate(request, queryset, per_page=25) -> Page:
    """The page that `?page=` asks for; a number that is no page gives the nearest one, never an error.

    `queryset` is ordered by its caller, on an index. Costs two queries: the count and the rows.
    Show it with `{% include "common/_pagination.html" with page=page %}`.
    """
    page = Paginator(queryset, per_page).get_page(request.GET.get("page"))
    page.window = list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))
    return page

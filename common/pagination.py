"""The two ways a list is cut into pages: by numbers, and, where a list has no end, by the place in its order."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.core.paginator import Page, Paginator
from django.db.models import Q

from .digits import number

COUNTED = 1_000  # of a list without an end: rows counted exactly, beyond which it only says "more"
END = "end"
MARK = "~"


def paginate(request, queryset, per_page=25) -> Page:
    """The page that `?page=` asks for; a number that is no page gives the nearest one, never an error.

    `queryset` is ordered by its caller, on an index. Costs two queries: the count and the rows.
    Show it with `{% include "common/_pagination.html" with page=page %}`.
    """
    page = Paginator(queryset, per_page).get_page(request.GET.get("page"))
    page.window = list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))
    return page


@dataclass
class Stretch:
    """Some rows out of the middle of a list. `previous`, `next`: the places that lead to the neighbours, "" where the
    list ends. `count` is of the whole list; `more`: there are more rows than that."""

    object_list: list
    previous: str
    next: str
    count: int
    more: bool

    def __iter__(self):
        return iter(self.object_list)

    def __len__(self):
        return len(self.object_list)

    @property
    def is_whole(self) -> bool:
        return not self.previous and not self.next

    @property
    def paginator(self):
        """Its count is asked for as that of a numbered page is: `page.paginator.count`."""
        return self


def stretch(request, rows, *, dress=lambda rows: rows, indexed=None, per_page=50) -> Stretch:
    """The rows after (`?after=`) or before (`?before=`) a place in the order of `rows`, else the first ones;
    `?before=end` gives the last ones. As quick at any depth, and an address shows what follows the same row for good.

    `rows` are ordered by two columns of which the second is the primary key, both up or both down, on an index. `dress`
    adds to them what the page shows beside, without joins. `indexed`: the same rows asked for so that an index finds
    them where they are few; else the order's index is the quicker way. A place that cannot be read gives the first
    rows, never an error. Costs two queries: the rows, and a count that stops at COUNTED. Show it with
    `{% include "common/_stretch.html" with page=page %}`.
    """
    count = None
    if indexed is not None:
        count = _count(indexed)
        rows = rows if count > COUNTED else indexed
    column, down = _order(rows)
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    place = _place(rows.model, column, before or after)
    backwards = before == END or bool(before and place)
    wanted = _beyond(rows, column, down != backwards, place, backwards)
    found = list(dress(wanted)[: per_page + 1])
    if place and not found:  # what was there is gone
        backwards, place = False, None
        found = list(dress(rows)[: per_page + 1])
    beyond, found = len(found) > per_page, found[:per_page]
    if backwards:
        found.reverse()
    above, below = (beyond, place is not None) if backwards else (place is not None, beyond)
    previous, following = above and _mark(found[0], column), below and _mark(found[-1], column)
    if count is None:
        count = len(found) if not above and not below else _count(rows)
    return Stretch(found, previous or "", following or "", min(count, COUNTED), count > COUNTED)


def _count(queryset) -> int:
    """How many rows there are; of more than COUNTED only that."""
    return queryset.order_by().values("pk")[: COUNTED + 1].count()


def _order(queryset) -> tuple[str, bool]:
    """The first column of the order, and whether it goes down."""
    first, second = queryset.query.order_by
    if (first[0] == "-") != (second[0] == "-") or second.lstrip("-") not in ("id", "pk"):
        raise ValueError("a stretch is cut from an order by one column and the primary key, in one direction")
    return first.lstrip("-"), first[0] == "-"


def _beyond(queryset, column, down, place, backwards):
    """`queryset` in the order that leads away from `place`, from there on. The first condition bounds the scan of the
    index; the second passes over the few rows with the same value."""
    if backwards:
        queryset = queryset.reverse()
    if place is None:
        return queryset
    value, pk = place
    side = "lt" if down else "gt"
    beyond = Q(**{f"{column}__{side}": value}) | Q(**{f"pk__{side}": pk})
    return queryset.filter(Q(**{f"{column}__{side}e": value}), beyond)


def _mark(row, column) -> str:
    value = getattr(row, column)
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}{MARK}{row.pk}"
    return f"{value:%Y%m%d}{MARK}{row.pk}"


def _place(model, column, mark: str):
    """The value and the key that a mark stands for; None for one that was not made here."""
    said, _sep, key = mark.partition(MARK)
    pk = number(key)
    if pk is None or not said.isascii():
        return None
    is_moment = model._meta.get_field(column).get_internal_type() == "DateTimeField"
    try:
        value = datetime.fromisoformat(said) if is_moment else date.fromisoformat(said)
    except ValueError:
        return None
    if is_moment and value.tzinfo is None:
        return None
    return value, pk

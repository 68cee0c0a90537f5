"""The two ways a list is cut into pages: by numbers, and, where a list has no end, by the place in its order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import DateTimeField, Model, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.functional import cached_property

from common.text.digits import number

COUNTED = 1_000  # of a list without an end: rows counted exactly, beyond which it only says "more"
WALKED = 5_000  # rows read through for a page of search results, before their index is asked
FIRST_MOMENT, LAST_MOMENT = (Value(datetime(year, 1, 2, tzinfo=UTC), DateTimeField()) for year in (1, 9999))
END = "end"
MARK = "~"
Place = tuple[
    date, int
]  # a row's value in the first column of the order (a datetime is a date too), and its key
Direction = tuple[str, bool, Place | None, bool]  # the arguments of `_beyond` after the queryset


class NumberedPage(Page):
    """One page, with the page numbers that its navigation shows: 1, 2, …, 9, 10."""

    @cached_property
    def window(self) -> list[str | int]:
        """The page numbers, with … for those left out."""
        return list(self.paginator.get_elided_page_range(self.number, on_each_side=2, on_ends=1))


class _NumberedPaginator(Paginator):
    def _get_page(self, *args: Any, **kwargs: Any) -> NumberedPage:
        return NumberedPage(*args, **kwargs)


def paginate(
    request: HttpRequest, queryset: QuerySet[Any] | Sequence[Any], per_page: int = 25
) -> NumberedPage:
    """Return the page that `?page=` asks for; a number that is no page gives the nearest one, never an error.

    `queryset` is ordered by its caller, on an index. Costs two queries: the count and the rows.
    Show it with `{% include "common/_pagination.html" with page=page %}`.
    """
    return cast(NumberedPage, _NumberedPaginator(queryset, per_page).get_page(request.GET.get("page")))


@dataclass
class KeysetPage:
    """Some rows out of the middle of a list. `previous`, `next`: the places that lead to the neighbours, "" where the
    list ends. `count` is of the whole list; `more`: there are more rows than that."""

    object_list: list[Any]
    previous: str
    next: str
    count: int
    more: bool

    def __iter__(self) -> Iterator[Any]:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)

    @property
    def is_whole(self) -> bool:
        """Whether the page holds the whole list."""
        return not self.previous and not self.next

    @property
    def paginator(self) -> "KeysetPage":
        """The page itself, so that templates read `page.paginator.count` as of a numbered page."""
        return self


@dataclass(frozen=True)
class SearchPlan:
    """The rows that a text search finds. `by_index`: a query by which an index finds them where they are few. `among`:
    all rows that the person may see, if an index has them in the order of the page, by a moment."""

    by_index: QuerySet
    among: QuerySet | None = None


def keyset_page(
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    annotate: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows,
    search: SearchPlan | None = None,
    per_page: int = 50,
) -> KeysetPage:
    """Return the rows after (`?after=`) or before (`?before=`) a place in the order of `rows`, else the first ones;
    `?before=end` gives the last ones. As quick at any depth, and an address always shows what follows the same row.

    `rows` are ordered by two columns of which the second is the primary key, both up or both down, on an index.
    `annotate` adds to them what else the page shows, without joins. `search`: the same rows, where they are the result
    of a text search. A place that cannot be read gives the first rows, never an error. Costs two queries: the rows, and
    a count that stops at COUNTED; for a search whose result is neither rare nor common one more. Show it with
    `{% include "common/_stretch.html" with page=page %}`.
    """
    count = None
    if search is not None:
        count = _count(search.by_index)
        rows, search = (search.by_index, None) if count <= COUNTED else (rows, search)
    column, down = _order(rows)
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    place = _place(rows.model, column, before or after)
    backwards = before == END or bool(before and place)
    way = (column, down != backwards, place, backwards)
    found = _found(annotate, rows, search, way, per_page + 1)
    if place and not found:  # what was there is gone
        backwards, place = False, None
        found = list(annotate(rows)[: per_page + 1])
    beyond, found = len(found) > per_page, found[:per_page]
    if backwards:
        found.reverse()
    above, below = (beyond, place is not None) if backwards else (place is not None, beyond)
    previous, following = above and _mark(found[0], column), below and _mark(found[-1], column)
    if count is None:
        count = len(found) if not above and not below else _count(rows)
    return KeysetPage(found, previous or "", following or "", min(count, COUNTED), count > COUNTED)


def _found(
    annotate: Callable[[QuerySet[Any]], QuerySet[Any]],
    rows: QuerySet[Any],
    search: SearchPlan | None,
    way: Direction,
    most: int,
) -> list:
    """Return the first `most` of `rows` in direction `way`. Common results of a search are near in the order; rare
    ones the index finds."""
    wanted = _beyond(rows, *way)
    if search is None or search.among is None:
        return list(annotate(wanted)[:most])
    column, down, _place, _backwards = way
    seen = _beyond(search.among.order_by(*rows.query.order_by), *way).values(column)[WALKED : WALKED + 1]
    edge = Coalesce(Subquery(seen), FIRST_MOMENT if down else LAST_MOMENT)
    found = list(annotate(wanted.filter(**{f"{column}__{'gte' if down else 'lte'}": edge}))[:most])
    return found if len(found) == most else list(annotate(_beyond(search.by_index, *way))[:most])


def _count(queryset: QuerySet[Any]) -> int:
    """Count the rows; of more than COUNTED only that there are more."""
    return queryset.order_by().values("pk")[: COUNTED + 1].count()


def _order(queryset: QuerySet[Any]) -> tuple[str, bool]:
    """Return the first column of the order, and whether it goes down. Raises ValueError for an unsuitable order."""
    first, second = map(str, queryset.query.order_by)
    if (first[0] == "-") != (second[0] == "-") or second.lstrip("-") not in ("id", "pk"):
        raise ValueError("a keyset page needs an order by one column and the primary key, in one direction")
    return first.lstrip("-"), first[0] == "-"


def _beyond(
    queryset: QuerySet[Any], column: str, down: bool, place: Place | None, backwards: bool
) -> QuerySet[Any]:
    """Return `queryset` in the order that leads away from `place`, from there on. The first condition bounds the scan
    of the index; the second passes over the few rows with the same value."""
    if backwards:
        queryset = queryset.reverse()
    if place is None:
        return queryset
    value, pk = place
    side = "lt" if down else "gt"
    beyond = Q(**{f"{column}__{side}": value}) | Q(**{f"pk__{side}": pk})
    return queryset.filter(Q(**{f"{column}__{side}e": value}), beyond)


def _mark(row: Model, column: str) -> str:
    value = getattr(row, column)
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}{MARK}{row.pk}"
    return f"{value:%Y%m%d}{MARK}{row.pk}"


def _place(model: type[Model], column: str, mark: str) -> Place | None:
    """Return the value and the key that a mark stands for; None for one that was not made here."""
    text, _sep, key = mark.partition(MARK)
    pk = number(key)
    if pk is None or not text.isascii():
        return None
    is_moment = model._meta.get_field(column).get_internal_type() == "DateTimeField"
    try:
        value = datetime.fromisoformat(text) if is_moment else date.fromisoformat(text)
    except ValueError:
        return None
    if isinstance(value, datetime) and value.tzinfo is None:
        return None
    return value, pk

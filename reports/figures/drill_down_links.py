"""Cells of a table of figures: each number with the address of the list that makes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from common.ui.addresses import address_of
from reports.definitions.counts import GONE, Counts, Median, Rate, list_parameter
from reports.definitions.figures import DONE, KNOWN
from reports.definitions.periods import Period


@dataclass(frozen=True)
class Cell:
    """One figure. A rate has its two parts opened one by one; nothing is opened where there is nothing."""

    code: str
    # None: it was no figure then; a text: a change, as it is written.
    value: int | Rate | Median | str | None
    url: str = ""
    of_url: str = ""

    @property
    def is_rate(self) -> bool:
        return isinstance(self.value, Rate)

    @property
    def is_median(self) -> bool:
        return isinstance(self.value, Median)


def filters_of(period: Period, *, frozen: bool) -> dict[str, str]:
    """Return the filters of the list for a period. Where a month of it is frozen, the list is that of the records
    behind the figures (reports/figures/drill_down.py), since the opinions themselves may have moved on."""
    return {"period": period.code} if frozen else period.parameters


def list_url(name: str, parameters: dict[str, Any]) -> str:
    """Return the address of the list of what `name` (a condition, a status or ALL) counts under the filters
    `parameters`."""
    if "period" in parameters or name in DONE or name in GONE:
        return address("reports:records", {"figure": name} | parameters)
    return address("opinions:list", parameters | list_parameter(name))


def address(view: str, parameters: dict[str, Any]) -> str:
    """Return the address of the page `view` with these parameters. A page of figures has some hundred of them, and
    the next one the same."""
    return f"{address_of(view)}?{_query(tuple(parameters.items()))}"


@lru_cache(maxsize=4096)
def _query(parameters: tuple) -> str:
    return urlencode(parameters, doseq=True)


def cell(code: str, counts: Counts, parameters: dict[str, Any] | None) -> Cell:
    """Return the figure `code` of `counts`; `parameters` None for rows that no list can show."""
    figure, value = KNOWN.get(code), counts.figure(code)
    if parameters is None or value is None:
        return Cell(code, value)
    counted, of = (figure.counts, figure.of) if figure else (code, "")
    url = list_url(counted, parameters) if counts[counted] else ""
    return Cell(code, value, url, list_url(of, parameters) if of and counts[of] else "")


def cells(codes: Iterable[str], counts: Counts, parameters: dict[str, Any] | None) -> list[Cell]:
    """Return the figures `codes` of `counts`, in their order."""
    return [cell(code, counts, parameters) for code in codes]

"""Formulas of a table: sums below it and the rates of its rows. Each stands with the value that was counted, and only
where it comes to that value: so a reader that computes nothing shows the same, and no paper contradicts the records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter

NOTHING = "—"  # a rate of nothing


@dataclass(frozen=True)
class Formula:
    """`words` without the sign of equality; `value` is what it comes to."""

    words: str
    value: Any


class Computed:
    """The rows of one table, which begins at row `first`, given formulas as they are written. `shares` are the headers
    of the two columns that each column is the quotient of, empty for none."""

    def __init__(self, headers: Sequence[str], shares: Sequence[tuple[str, str] | None], first: int) -> None:
        places = {header: place for place, header in enumerate(headers)}
        self.shares = {
            place: (places[share[0]], places[share[1]]) for place, share in enumerate(shares) if share
        }
        self.first = self.last = first
        self.sums: list[Any] = [0] * len(headers)
        self.summed = False

    def line(self, values: Sequence[Any], row: int) -> list[Any]:
        """Return an ordinary row with its rates as formulas."""
        self.last = row
        for place, value in enumerate(values):
            self.sums[place] = self.sums[place] + value if _is_number(value) else self.sums[place]
        return self._rates(values, row)

    def total(self, values: Sequence[Any], row: int) -> list[Any]:
        """Return a row that sums up; the first one adds up the rows above it."""
        found = self._rates(values, row)
        if self.summed or row == self.first:
            return found
        self.summed = True
        for place, value in enumerate(values):
            if isinstance(value, int) and value == self.sums[place] and place not in self.shares:
                letter = get_column_letter(place + 1)
                found[place] = Formula(f"SUM({letter}{self.first}:{letter}{self.last})", value)
        return found

    def _rates(self, values: Sequence[Any], row: int) -> list[Any]:
        found = list(values)
        for place, (over, under) in self.shares.items():
            a, b, value = values[over], values[under], values[place]
            words = f'IF({_at(under, row)}=0,"{NOTHING}",{_at(over, row)}/{_at(under, row)})'
            if value is None and b == 0:
                found[place] = Formula(words, NOTHING)
            elif _is_number(value) and _is_number(a) and b and abs(value - a / b) < 1e-9:
                found[place] = Formula(words, value)
        return found


def _at(place: int, row: int) -> str:
    return f"{get_column_letter(place + 1)}{row}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

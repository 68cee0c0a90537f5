"""What a person decides about a ledger before its rows are entered."""

from dataclasses import dataclass

from opinions.models import Import


@dataclass(frozen=True)
class Decisions:
    """`open_rows`: what the rows without an answer are (Import.OpenRows)."""

    open_rows: str = Import.OpenRows.TODAY


UNDECIDED = Decisions()

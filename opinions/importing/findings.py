"""What a person sees of a ledger before deciding: words to be explained, rows that are there already, and everything in
the file that is no row of a table. Kept as JSON with the import; personal data masked."""

from typing import TYPE_CHECKING, Any

from common.security.numbers import mask_numbers
from common.text.visible import word as normal

from . import columns as c
from .entries import Entry, Known
from .vocabulary.meaning import AskedWord

if TYPE_CHECKING:
    from .ledger_file import LedgerFile

WORDS = 200


class KnownRows:
    """The first rows that are in the register already: row, sheet, number there, how they differ."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.rows: list[list[Any]] = []
        self.counts = {"same": 0, "words": 0, "answer": 0, "similar": 0}

    def add(self, entry: Entry, known: Known) -> None:
        """Note a row that is known."""
        self.counts[known.differs or "same"] += 1
        if len(self.rows) < self.most:
            title = mask_numbers(entry.written["title"])[:60]
            self.rows.append([entry.row, entry.sheet, title, known.number, known.differs])

    def as_json(self) -> dict[str, Any]:
        """Return them as the import keeps them."""
        return {"rows": self.rows, "counts": self.counts}


def findings(ledger: "LedgerFile") -> dict[str, Any]:
    """Return what reading a ledger has found, as the import keeps it."""
    reader = ledger.reader
    asked = sorted(reader.asked.items(), key=lambda one: -reader.times[one[0]])
    return {
        "words": [
            _word(column, word, asked_word, reader.times[column, word])
            for (column, word), asked_word in asked
        ][:WORDS],
        "sheets": [
            {
                "name": sheet.name,
                "read": sheet.header is not None,
                "header_row": sheet.header.row if sheet.header else 0,
                "rows": sheet.rows,
                "filled": sheet.filled,
                "hidden": sheet.hidden[:50],
                "hidden_rows": len(sheet.hidden),
                "begins": mask_numbers(sheet.begins),
                "above": [mask_numbers(words) for words in sheet.above[:5]],
                "other": [[row, kind, mask_numbers(words)] for row, kind, words in sheet.other[:50]],
                "outside": [[place, mask_numbers(words)] for place, words in sheet.outside[:50]],
            }
            for sheet in ledger.table.sheets
        ],
        "left_out": ledger.left_out,
        "without_agency": reader.without_agency,
        "without_year": reader.without_year,
        "undated": reader.undated,
        "recent": reader.recent,
        "own_evaluations": reader.own_evaluations,
    }


def _word(column: str, word: str, asked: AskedWord, times: int) -> dict[str, Any]:
    mask = mask_numbers if column in (c.TOWNSHIP, c.AGENCY, c.CATEGORY) else str
    return {
        "column": column,
        "word": word,
        "shown": mask(asked.word)[:60] or normal(word),
        "times": times,
        "suggested": [str(code) for code in asked.suggested],
    }

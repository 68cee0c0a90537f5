"""Registers from Excel (of studios, of deputies): checked first, then imported, wholly or without the bad rows.

What a row says and how it is kept is each register's own: its reader and its `take_in`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AccessRecord, User
from common.excel.importing import CellError, ImportSummary, Matched, RowError, code, knows, match_header
from common.excel.tables import (
    BROWSER,
    COMMAND,
    Column,
    Limits,
    Line,
    Sheet,
    SheetFound,
    TableError,
    read_table,
    write_xlsx,
)
from common.text.visible import code as plain_code
from common.text.visible import word as normal
from studios.models import Township
from studios.permissions.scope import scope_of

SAMPLE = 10
COUNTS_ROWS = ("序号", "序", "行号")


@dataclass(frozen=True)
class RosterColumn:
    """`words`: what may stand in it, where that is a choice. `former`: names it had in earlier templates. `mask` hides
    personal data in the preview."""

    header: str
    width: int
    what: str | Promise
    required: bool = False
    words: tuple = ()
    former: tuple[str, ...] = ()
    mask: Callable[[str], str] = str


@dataclass(frozen=True)
class RosterImport:
    """`reader(by)` reads rows for one person: `.read(Cells)` gives what a row says, or None where cells are wrong, and
    `.knows(item)` whether it is here already; `item.identity` is what two rows that say the same have in common.
    `take_in(items, by=, request=)` writes; it may return what else the summary is to say, and as `held` the rows that
    wait for a second person. `app` has the pages list (or `back`), `page` and its template. `after(request, summary)`
    may lead elsewhere than to the list."""

    app: str
    name: str | Promise
    title: str | Promise
    lead: str | Promise
    done: str | Promise
    columns: list[RosterColumn]
    keepers: tuple
    reader: Callable
    take_in: Callable
    choices: Callable[[User | None], list[Sheet]]
    page: str = "import"
    back: str = ""
    after: Callable[[HttpRequest, ImportSummary], HttpResponse | None] | None = None

    @property
    def urls(self) -> dict[str, str]:
        """The names of its addresses: list, import, import_template."""
        return {
            "list": self.back or f"{self.app}:list",
            "import": f"{self.app}:{self.page}",
            "import_template": f"{self.app}:{self.page}_template",
        }

    @property
    def headers(self) -> list[str]:
        return [column.header for column in self.columns]

    def _rows(
        self, file: IO[bytes], name: str, *, by: User, limits: Limits, tally: ImportSummary
    ) -> Iterator[tuple["Cells", Any]]:
        """Yield (cells, item) of every row of every sheet with a header. The item is None where cells are wrong and
        where a row repeats another. `tally.found` names the columns that are not read."""
        anchors = frozenset(one.header for one in self.columns if one.required)
        table = read_table(file, name, known=knows(self.columns), anchors=anchors, limits=limits)
        try:
            reader, seen = self.reader(by), set()
            matched: dict[int, Matched] = {}
            for line in table:
                if id(line.sheet) not in matched:
                    row = line.sheet.header.row if line.sheet.header else 0
                    matched[id(line.sheet)] = match_header(line.cells, self.columns, row)
                    _note_unread(tally, matched[id(line.sheet)], line)
                spelled = matched[id(line.sheet)].spelled
                cells = Cells(line.number, {column: line.cells[header] for column, header in spelled.items()})
                item = reader.read(cells)
                if item is not None:
                    known = item.identity in seen or reader.knows(item)
                    seen.add(item.identity)
                    item = None if known else item
                yield cells, item
        finally:
            table.close()
            tally.found["beside"] = [words for sheet in table.sheets for words in _beside(sheet)][:100]

    def look_through(
        self, file: IO[bytes], name: str, *, by: User, limits: Limits = BROWSER
    ) -> tuple[ImportSummary, list[Any]]:
        """Read the whole file without writing; return the summary and the good rows. Raises nothing: what breaks it
        off is in the summary."""
        tally, items = ImportSummary(), []
        try:
            for cells, item in self._rows(file, name, by=by, limits=limits, tally=tally):
                tally.read += 1
                if cells.errors:
                    tally.refuse(cells.errors)
                elif item is None:
                    tally.known += 1
                else:
                    tally.added += 1
                    items.append(item)
                if len(tally.sample) < SAMPLE:
                    tally.sample.append((cells.number, self._masked(cells.values)))
        except TableError as error:
            tally.break_off(RowError(error.row, error.column, str(error)))
        if not tally.read and not tally.broken:
            tally.break_off(RowError(0, "", _("The file holds a header and no rows.")))
        return tally, items

    def _masked(self, values: dict[str, Any]) -> dict[str, str]:
        masks = {column.header: column.mask for column in self.columns}
        return {header: masks[header](str(value)) for header, value in values.items()}

    def import_file(
        self,
        file: IO[bytes],
        name: str,
        *,
        by: User,
        dry_run: bool = False,
        skip_bad: bool = False,
        limits: Limits = COMMAND,
        request: HttpRequest | None = None,
    ) -> ImportSummary:
        """Check a file, then import it: all or nothing; with `skip_bad` the good rows."""
        with transaction.atomic():
            tally, items = self.look_through(file, name, by=by, limits=limits)
            if dry_run or tally.broken:
                return tally
            if tally.errors and not skip_bad:
                tally.added = 0
                return tally
            tally.found |= self.take_in(items, by=by, request=request) or {}
            held = tally.found.get("held", [])
            tally.added -= len(held)
            for error in held:
                tally.refuse([error])
            prefixes = scope_of(by).prefixes(*self.keepers)
            audit.record(
                AccessRecord.Action.IMPORTED,
                by=by,
                request=request,
                subject=name,
                area_code=prefixes[0] if prefixes else "",
                details={code: getattr(tally, code) for code in ("read", "added", "known", "refused")},
            )
        return tally

    def write_template(self, target: IO[bytes], *, user: User | None = None) -> None:
        """Write the empty register, how to fill it in, and what there is to choose from, as a workbook."""
        empty = [Column(one.header, one.width, "long", as_text=True) for one in self.columns]
        guide = [
            Column(_("Column"), 14),
            Column(_("Required"), 10),
            Column(_("Content"), 60, "long"),
        ]
        guide.append(Column(_("Words"), 60, "long"))
        rows = [
            (one.header, _("yes") if one.required else "", str(one.what), "、".join(one.words))
            for one in self.columns
        ]
        sheets = [Sheet(str(self.name), empty, []), Sheet(_("How to fill it in"), guide, rows)]
        write_xlsx(target, [*sheets, *self.choices(user)])


def _note_unread(tally: ImportSummary, matched: Matched, line: Line) -> None:
    """Name the columns of a sheet that the register has not; a column without a name only counts the rows."""
    names = line.sheet.header.names if line.sheet.header else ()
    unread = [header for header in matched.unknown if header in names and header not in COUNTS_ROWS]
    tally.found["unread"] = [*tally.found.get("unread", []), *unread]


def _beside(sheet: SheetFound) -> Iterator[str]:
    """Yield what a sheet holds that is no row of its table, or that it has no headers."""
    if sheet.header is None and sheet.begins:
        yield f"{sheet.name}: {sheet.begins}"
    for row, _kind, words in sheet.other:
        yield f"{sheet.name} {row}: {words}"
    for place, words in sheet.outside:
        yield f"{sheet.name} {place}: {words}"


@dataclass
class Cells:
    """One row while it is read: what is wrong is collected, so that a person corrects all of it in one go."""

    number: int
    values: dict
    errors: list[RowError] = field(default_factory=list)

    def take(self, column: str, parse: Callable[..., Any], *args: Any, default: Any = "", **more: Any) -> Any:
        """Return what `parse` makes of the cell, or `default` when it raises CellError."""
        try:
            return parse(self.values.get(column, ""), *args, **more)
        except CellError as bad:
            self.refuse(column, bad)
            return default

    def refuse(self, column: str, reason: object) -> None:
        """Note what is wrong with a cell of the row."""
        self.errors.append(RowError(self.number, column, str(reason)))


class AreaReader:
    """What every register needs to know of a person's area; fetched once. `ended`: also the townships that have ended,
    for what was then."""

    def __init__(self, by: User, keepers: Iterable[str], *, ended: bool = False) -> None:
        units = Township.objects.visible_to(by, *keepers).select_related("county")
        self.units = units if ended else units.current()
        self.townships = {township.pk: township for township in self.units}

    def township(self, value: object) -> Township:
        """Return the township by its code or its name; the twelve digits of statistics that end in 000 are accepted
        too."""
        typed = code(value, 50)
        if not typed:
            raise CellError(_("must not be empty"))
        number = plain_code(typed)
        if len(number) == 12 and number.endswith("000"):
            number = number[:9]
        if number in self.townships:
            return self.townships[number]
        named = [one for one in self.townships.values() if normal(one.name) == normal(typed)]
        if len(named) != 1:
            raise CellError(_("%s is no township of your area") % typed[:30])
        return named[0]


def townships_of(user: User | None, keepers: Iterable[str]) -> QuerySet[Township]:
    """Return the townships to choose from: the person's, or for the command line all of them."""
    rows = Township.objects.visible_to(user, *keepers) if user else Township.objects.all()
    return rows.current().select_related("county").order_by("code")


def township_sheet(townships: Iterable[Township], header: str) -> Sheet:
    """Return the template's sheet of townships; `header` is the register's column for the code."""
    columns = [Column(header, 14), Column(_("Township"), 24), Column(_("County"), 20)]
    return Sheet(_("Townships"), columns, [(t.code, t.name, t.county.name) for t in townships])

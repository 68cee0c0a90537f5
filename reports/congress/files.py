"""The congress report on paper: a Word document on A4, and a workbook."""

from collections.abc import Iterator
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.excel.workbook import Column, Note, Sheet, Total
from common.excel.workbook import write_xlsx as write_workbook
from common.templatetags.liaison import localdate_long, localtime_long, yuan
from reports.congress.report import CongressReport, Item
from reports.definitions.counts import Rate
from reports.docx import new_document, paragraph, table
from reports.figures.drill_down_links import Cell

# What fits beside each other on A4: first what there is, then what was done.
WORD_TABLES = (
    ("townships", "with_studio", "studios", "homes", "met_all", "deputies", "funding"),
    ("held", "people", "visits", "all", "accepted", "solved", "satisfied_rate"),
)


def title_of(report: CongressReport) -> str:
    """Return the title, with the place."""
    return _("%(place)s: studios and deputies, report to the congress") % {"place": report.place.name}


def lead_of(report: CongressReport) -> str:
    """Return the sentence under the title: which days, and how it was counted."""
    return _(
        "From %(first)s to %(last)s. What there is stands as of the last day; every figure is counted from the records."
    ) % {"first": localdate_long(report.span.first), "last": localdate_long(report.span.last)}


def sentences(report: CongressReport) -> list[str]:
    """Return the report in words, as it is read out."""
    value = {item.code: plain(cell) for item, cell in report.items}
    facts = {**value, "counties": report.counties, "first": localdate_long(report.span.first)}
    facts["last"] = localdate_long(report.span.last)
    return [
        _(
            "On %(last)s there were %(counties)s counties with %(townships)s townships; %(with_studio)s "
            "townships had a studio. There were %(studios)s studios and %(homes)s deputies' homes; %(met_all)s studios "
            "met all five criteria. %(deputies)s deputies were in office."
        )
        % facts,
        _(
            "Studios were given %(funding)s yuan, %(funding_each)s yuan each; deputies' homes %(funding_homes)s yuan, "
            "townships without a studio %(funding_townships)s yuan."
        )
        % facts,
        _(
            "%(held)s activities were held and %(people)s people met. %(all)s opinions were written down; %(solved)s "
            "were solved. Of those evaluated, %(satisfied_rate)s were satisfied in the end."
        )
        % facts,
    ]


def plain(cell: Cell) -> Any:
    """Return a figure as it stands on paper."""
    if isinstance(cell.value, Rate):
        return cell.value if cell.value.denominator else "—"
    return "—" if cell.value is None else cell.value


def changes_of(report: CongressReport) -> Iterator[tuple[Any, ...]]:
    """Yield day, county, kind, decree, before, after of each change of townships."""
    for change in report.changes:
        names = ["、".join(unit["name"] for unit in units) for units in (change.before, change.after)]
        yield change.on, change.county.name, change.get_kind_display(), change.decree, *names


def change_heads() -> list[str]:
    """Return the headers of `changes_of`."""
    return [_("Day"), _("County"), _("Kind"), _("Decree number"), _("Before"), _("After")]


def before_and_after(report: CongressReport) -> list[tuple[Any, ...]]:
    """Return townships and studios on the first and on the last day."""
    return [
        (label, report.before[code], report.after[code])
        for code, label in (("townships", _("Townships")), ("studios", _("Studios in all")))
    ]


def write_docx(target: IO[bytes], report: CongressReport) -> None:
    """Write the report on A4: in words, by area in two tables, the changes of townships, the funding."""
    document = new_document(title_of(report), at=timezone.now())
    for words in [lead_of(report), *sentences(report)]:
        paragraph(document, words)
    place = {item.code: number for number, item in enumerate(report.columns)}
    for title, codes in zip(
        [_("What there is, by area"), _("What was done, by area")], WORD_TABLES, strict=True
    ):
        items = [report.columns[place[code]] for code in codes]
        rows = [[line.name, *(plain(line.cells[place[code]]) for code in codes)] for line in report.lines]
        rows.append([_("Total"), *(plain(report.total[place[code]]) for code in codes)])
        table(
            document,
            title,
            [_("Area"), *(str(item.label) for item in items)],
            rows,
            [3.2, *[1.83] * len(codes)],
        )
    heads = ["", localdate_long(report.span.first), localdate_long(report.span.last)]
    table(document, _("Before and after"), heads, before_and_after(report), [6, 5, 5])
    if report.changes:
        widths = [2.2, 2.2, 1.6, 3.4, 3.3, 3.3]
        rows = [[str(value) for value in row] for row in changes_of(report)]
        table(document, _("Changes of townships"), change_heads(), rows, widths)
    sources = [str(label) for label in report.funding["sources"]]
    rows = [
        [str(line["year"]), *map(yuan, line["amounts"]), yuan(line["total"])]
        for line in report.funding["lines"]
    ]
    heads = [_("Year"), *sources, _("Total")]
    table(document, _("Funding by year and source (yuan)"), heads, rows, [16 / len(heads)] * len(heads))
    paragraph(document, _made())
    document.save(target)


def _made() -> str:
    return _("Made at %s from the records of the system.") % localtime_long(timezone.now())


def write_xlsx(target: IO[bytes], report: CongressReport) -> None:
    """Write the report as a workbook: figures with their definitions, by area, changes of townships, funding."""
    head = [title_of(report), f"{lead_of(report)} {_made()}"]
    first = Sheet(
        _("Figures"),
        [
            Column(pgettext("table of facts", "What"), 28),
            Column(_("Value"), 18),
            Column(_("Definition"), 80, "long"),
        ],
        [
            (_("Counties"), report.counties, ""),
            *((str(item.label), plain_number(item, cell), str(item.words)) for item, cell in report.items),
        ],
        head,
    )
    columns = [Column(_("Area"), 20), *(Column(str(item.label), 13, _kind(item)) for item in report.columns)]
    by_area = Sheet(_("By area"), columns, _rows(report), head, frozen=1)
    names = [
        Column(name, width) for name, width in zip(change_heads(), (12, 16, 10, 30, 40, 40), strict=True)
    ]
    days = (report.span.first, report.span.last)
    notes = [Note([label, *values]) for label, *values in before_and_after(report)]
    changes = Sheet(_("Changes of townships"), names, [*changes_of(report), Note(["", *days]), *notes], head)
    sources = [Column(str(label), 16, "money") for label in report.funding["sources"]]
    funding = Sheet(
        _("Funding"),
        [Column(_("Year"), 10), *sources, Column(_("Total"), 16, "money")],
        [(line["year"], *line["amounts"], line["total"]) for line in report.funding["lines"]],
        head,
    )
    write_workbook(target, [first, by_area, changes, funding])


def _kind(item: Item) -> str:
    return "money" if item.money else "percent" if item.of else "number"


def _rows(report: CongressReport) -> Iterator[Any]:
    for name, cells in [(line.name, line.cells) for line in report.lines]:
        yield [name, *map(plain_number, report.columns, cells)]
    yield Total([_("Total"), *map(plain_number, report.columns, report.total)])


def plain_number(item: Item, cell: Cell) -> Any:
    """Return a figure as a workbook keeps it: money as a number, a rate as a share."""
    if isinstance(cell.value, Rate):
        return cell.value.share
    if item.money and cell.value is not None:
        return float(str(cell.value).replace(",", ""))
    return cell.value

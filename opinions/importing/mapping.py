"""The page on which a person says what columns, words and gaps of a ledger mean: what is offered, and what was
chosen."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from opinions.models import Category, Import
from studios.models import Agency, Township

from . import columns as c
from .decisions import UNKNOWN_AGENCY, Decisions
from .lookups import IMPORTER_ROLES
from .vocabulary.headers import NOTE, OUT
from .vocabulary.meaning import EMPTY

YEARS = 30
Choice = tuple[str, str]


def mapping_page(job: Import, user: User) -> dict[str, Any]:
    """Return what the page offers: each column with what it may be, each unknown word with what it may mean, and what
    fills gaps."""
    decisions, found = Decisions.of(job), job.found
    townships = Township.objects.visible_to(user, *IMPORTER_ROLES)
    places = [(one.code, f"{one.name} {one.code}") for one in townships.order_by("code")]
    counties = {one.county_id for one in townships}
    agencies = [
        (str(pk), name)
        for pk, name in Agency.objects.filter(county__in=counties, active=True).values_list("pk", "name")
    ]
    offers: dict[str, list[Choice]] = {
        c.TOWNSHIP: places,
        c.AGENCY: [*agencies, (EMPTY, _("none; the cell counts as empty"))],
    }
    headers = [_column(place, one) for place, one in enumerate(found.get("headers", []))]
    year = timezone.localdate(job.created_at).year
    return {
        "headers": headers,
        "asked": sum(1 for one in headers if one["asked"]),
        "words": [_word(place, one, offers) for place, one in enumerate(found.get("words", []))],
        "missing": found.get("missing", []),
        "sheets": found.get("sheets", []),
        "unread": [one for one in found.get("sheets", []) if not one["read"] and one["begins"]],
        "hidden": sum(one["hidden_rows"] for one in found.get("sheets", [])),
        "known": found.get("known", {}),
        "townships": places if len(places) > 1 else [],
        "agencies": agencies,
        "unknown_agency": UNKNOWN_AGENCY,
        "years": range(year, year - YEARS, -1),
        "year": decisions.year or _year_named(job, year),
        "decisions": decisions,
        "to_approve": not decisions.approved and (found.get("recent") or found.get("own_evaluations")),
        "found": found,
    }


def _year_named(job: Import, latest: int) -> int | None:
    """Return the one year that the names of sheets and file, and the words over the table, name: what is proposed for
    days without a year, and counts only once a person has sent it."""
    words = [job.name, *(sheet["name"] for sheet in job.found.get("sheets", []))]
    words += [text for sheet in job.found.get("sheets", []) for text in sheet.get("above", [])]
    years = {int(year) for text in words for year in re.findall(r"(?<!\d)20\d\d(?!\d)", text)}
    return years.pop() if len(years) == 1 and max(years) <= latest else None


def _column(place: int, column: Mapping[str, Any]) -> dict[str, Any]:
    offered = [name for name in column["offered"] if name in c.HEADERS]
    others = [name for name in c.HEADERS if name not in offered]
    choices = [(name, name) for name in (*offered, *others)]
    choices += [(NOTE, _("keep as a note")), (OUT, _("leave out"))]
    return {**column, "name": f"column-{place}", "choices": choices}


def _word(place: int, word: Mapping[str, Any], offers: dict[str, list[Choice]]) -> dict[str, Any]:
    column = word["column"]
    if column not in offers:
        offers[column] = _codes(column)
    labels = dict(offers[column])
    suggested = [(code, labels[code]) for code in word["suggested"] if code in labels]
    return {**word, "name": f"word-{place}", "first": suggested, "choices": offers[column]}


def _codes(column: str) -> list[Choice]:
    if column == c.CATEGORY:
        rows = Category.objects.filter(active=True).values_list("code", "name")
        return [(code, f"{code} {name}") for code, name in rows]
    names = [
        (str(code), str(getattr(code, "label", "")) or words[0])
        for code, words in c.WORDS.get(column, {}).items()
    ]
    return [*((code, name) for code, name in names if code), (EMPTY, _("none; the cell counts as empty"))]


def decisions_from(posted: Mapping[str, str], job: Import) -> dict[str, Any]:
    """Return the keywords for `jobs.decide` that a form of this page sends; what it does not name stays as it was."""
    headers, words = job.found.get("headers", []), job.found.get("words", [])
    columns = dict(job.decisions.get("columns", {}))
    for place, column in enumerate(headers):
        target = posted.get(f"column-{place}", "")
        if target in (*c.HEADERS, NOTE, OUT):
            columns[column["header"]] = target
    chosen = {column: dict(known) for column, known in job.decisions.get("words", {}).items()}
    for place, word in enumerate(words):
        if code := posted.get(f"word-{place}", ""):
            chosen.setdefault(word["column"], {})[word["word"]] = code[:80]
    year = posted.get("year", "")
    changes = {
        "columns": _each_once(columns, headers),
        "words": chosen,
        "township": posted.get("township", "")[:12],
        "agency": posted.get("agency", "")[:20],
        "year": int(year) if year.isdecimal() and len(year) == 4 else None,
        "undated": "registered" if posted.get("undated") == "registered" else "note",
        "hidden": posted.get("hidden") != "out",
        "similar": "similar" in posted,
    }
    return {"source": posted.get("source", job.source)[:60], "changes": changes}


def _each_once(columns: dict[str, str], headers: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the columns with each one of the register taken by one header alone: the first that a person chose it for
    instead of what was proposed, else the first; the others are notes."""
    before = {column["header"]: column["target"] for column in headers}
    changed = {header for header, target in columns.items() if before.get(header) != target}
    taken: set[str] = set()
    result = dict(columns)
    for header in sorted(columns, key=lambda one: one not in changed):
        target = columns[header]
        if target not in (NOTE, OUT):
            result[header] = NOTE if target in taken else target
            taken.add(target)
    return result

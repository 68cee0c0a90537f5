"""Entries: the good rows of a ledger, each with its identity."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Q
from django.utils import timezone

from common.text.phone_numbers import digits
from opinions.lifecycle.statuses import Status
from opinions.models import Opinion
from studios.models import Agency

from .own_export import History

# Names the identity of imported rows; must never change, or a second import would add everything again.
NAMESPACE = uuid.UUID("5d0d4a56-4a0e-4c3c-9a57-2f1c1a7b6f10")


SERIAL = 5  # digits: a shorter number counts the rows of a year, and begins at 1 again in the next


@dataclass(frozen=True)
class Entry:
    """A row without errors. `written` are the arguments for `register`; an entry with `answered_at` is answered too, by
    its agency or by one that is not known (`agency_unknown`). `former_key` is its identity in imports of earlier
    versions. `notes`: what else the ledger says. `history`: of a row of the product's own export."""

    row: int
    key: uuid.UUID
    registered_at: datetime
    written: dict[str, Any]
    agency: Agency | None
    answered_at: datetime | None
    answer: str
    outcome: str
    satisfaction: str
    former_key: uuid.UUID
    notes: str = ""
    agency_unknown: bool = False
    sheet: str = ""
    history: History | None = None

    @property
    def is_serial(self) -> bool:
        """Whether its number only counts the rows of a year."""
        return _is_serial(self.written["outside_number"])


def _is_serial(number: str) -> bool:
    return number.isdecimal() and len(number) < SERIAL


def _moment(registered_at: datetime) -> str:
    return registered_at.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")


def identity(written: Mapping[str, Any], registered_at: datetime) -> uuid.UUID:
    """Return the identity of a row, the same in every import: from its outside number within the county (one that only
    counts rows: within its year and township), else from its text, time, place and citizen."""
    number, county = written["outside_number"], written["township"].county_id
    if _is_serial(number):
        year = _moment(registered_at)[:4]
        parts = ["serial", county, written["township"].code, year, number]
    elif number:
        parts = ["number", county, number]
    elif person := "".join((written["citizen_name"], digits(written["citizen_phone"]))):
        parts = [*_content(written, registered_at), person]
    else:
        parts = _content(written, registered_at)
    return uuid.uuid5(NAMESPACE, "\x1f".join(parts))


def former_identity(written: Mapping[str, Any], registered_at: datetime) -> uuid.UUID:
    """Return the identity that imports gave a row until the citizen and the year of a serial number became part of it:
    what they entered is known by it, if it says the same."""
    if number := written["outside_number"]:
        parts = ["number", written["township"].county_id, number]
    else:
        parts = _content(written, registered_at)
    return uuid.uuid5(NAMESPACE, "\x1f".join(parts))


def _content(written: Mapping[str, Any], registered_at: datetime) -> list[str]:
    place, title, body = written["township"].code, written["title"], written["body"]
    return ["content", _moment(registered_at), place, title, body]


@dataclass(frozen=True)
class Known:
    """What is in the register already for an entry: the number of the opinion, and how the entry differs: "" not at
    all, words, answer (the ledger has one now), similar (nearly the same words)."""

    number: str
    differs: str = ""


def find_known(entries: Iterable[Entry]) -> dict[uuid.UUID, Known]:
    """Return what is in the register already, by the identity of the entries: imported, entered by hand under the same
    outside number, or the same matter with a corrected word. A few queries whatever their number."""
    entries = list(entries)
    by_key: dict[uuid.UUID, Entry] = {entry.key: entry for entry in entries}
    keys = [*by_key, *(entry.former_key for entry in entries)]
    stored = {o.submission_key: o for o in Opinion.objects.filter(submission_key__in=keys).only(*COMPARED)}
    found: dict[uuid.UUID, Known] = {}
    for entry in entries:
        opinion = stored.get(entry.key)
        if opinion is None and (former := stored.get(entry.former_key)) and _is_same(entry, former):
            opinion = former
        if opinion:
            found[entry.key] = Known(opinion.number, _difference(entry, opinion))
    rest = [entry for entry in entries if entry.key not in found]
    return found | _by_number(rest) | _similar([e for e in rest if not e.written["outside_number"]])


COMPARED = (
    "number",
    "submission_key",
    "status",
    "title",
    "body",
    "citizen_name",
    "citizen_phone",
    "outside_number",
    "registered_at",
    "keep_secret",
    "county",
    "township",
)


def _is_same(entry: Entry, opinion: Opinion) -> bool:
    """Return whether an opinion found by the former identity is the entry: its words, its day and its citizen."""
    same_words = (entry.written["title"], entry.written["body"]) == (opinion.title, opinion.body)
    same_day = timezone.localdate(entry.registered_at) == timezone.localdate(opinion.registered_at)
    return same_words and same_day and _same_citizen(entry, opinion)


def _same_citizen(entry: Entry, opinion: Opinion) -> bool:
    name, phone = entry.written["citizen_name"], digits(entry.written["citizen_phone"])
    return (name in ("", opinion.citizen_name) or not opinion.citizen_name) and (
        phone in ("", digits(opinion.citizen_phone)) or not opinion.citizen_phone
    )


def _difference(entry: Entry, opinion: Opinion) -> str:
    if (entry.written["title"], entry.written["body"]) != (opinion.title, opinion.body):
        return "words"
    return "answer" if entry.answered_at and opinion.status in UNANSWERED else ""


# Withdrawn by `undo_import`, which takes the identity away so that the row can be imported again.
UNDONE = Q(imported_on__isnull=False, submission_key=None)
UNANSWERED = (Status.REGISTERED, Status.ROUTED, Status.HANDLING)


def _by_number(entries: list[Entry]) -> dict[uuid.UUID, Known]:
    """Return those whose number somebody entered by hand."""
    numbers = {
        (entry.written["township"].county_id, entry.written["outside_number"]): entry
        for entry in entries
        if entry.written["outside_number"] and not entry.is_serial
    }
    if not numbers:
        return {}
    counties, outside = {county for county, _number in numbers}, {number for _county, number in numbers}
    rows = Opinion.objects.filter(county__in=counties, outside_number__in=outside).exclude(UNDONE)
    rows = rows.only(*COMPARED)
    there = {(o.county_id, o.outside_number): o for o in rows}
    return {
        entry.key: Known(there[pair].number, _difference(entry, there[pair]))
        for pair, entry in numbers.items()
        if pair in there
    }


SLIP = 2  # characters
LONGEST_COMPARED = 1000
COUNTING = frozenset("0123456789０１２３４５６７８９一二三四五六七八九十百两东南西北上下左右前后甲乙丙丁ABCD")


def _similar(entries: list[Entry]) -> dict[uuid.UUID, Known]:
    """Return those of which the register has one of the same moment, place and citizen with nearly the same words."""
    if not entries:
        return {}
    moments = {entry.registered_at for entry in entries}
    townships = {entry.written["township"].code for entry in entries}
    rows = Opinion.objects.filter(
        registered_at__in=moments, township__in=townships, imported_on__isnull=False
    )
    rows = rows.exclude(UNDONE)
    there: dict[tuple[datetime, str], list[Opinion]] = {}
    for opinion in rows.only(*COMPARED)[:5000]:
        there.setdefault((opinion.registered_at, opinion.township_id), []).append(opinion)
    keys = {entry.key for entry in entries}
    found = {}
    for entry in entries:
        for opinion in there.get((entry.registered_at, entry.written["township"].code), []):
            if opinion.submission_key in keys or not _same_citizen(entry, opinion):
                continue
            if _nearly(entry, opinion):
                found[entry.key] = Known(opinion.number, "similar")
                break
    return found


def _nearly(entry: Entry, opinion: Opinion) -> bool:
    """Return whether the words differ as by a corrected slip: one or two characters, and none of them counts something
    (the lamps of group 1 and of group 2 are two matters)."""
    new, old = entry.written["title"] + entry.written["body"], opinion.title + opinion.body
    if abs(len(new) - len(old)) > SLIP or len(new) > LONGEST_COMPARED:
        return False
    matcher = SequenceMatcher(None, new, old, autojunk=False)
    changed = [(new[a:b], old[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
    return sum(max(len(one), len(other)) for one, other in changed) <= SLIP and not COUNTING & set(
        "".join(one + other for one, other in changed)
    )

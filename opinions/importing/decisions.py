"""What a person decides about a ledger before its rows are entered: kept with the import, and the choices about headers
and words for the next file of the same source."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from opinions.models import Import, ImportChoice
from studios.permissions.scope import scope_of

UNKNOWN_AGENCY = "unknown"  # for answered rows: the ledger does not say who answered
LONGEST = 80  # characters of a header or word that is remembered


@dataclass(frozen=True)
class Decisions:
    """`open_rows`: what the rows without an answer are (Import.OpenRows). `columns`: header → column, NOTE or OUT.
    `words`: column → word in its compared form → code. `township`, `agency`: for rows that name none (the agency of
    answered rows: a key, or UNKNOWN_AGENCY). `year`: of days written without one. `undated`: what an answer without a
    day is, "note" or "registered" (answered on the day of registration). `hidden`: whether hidden rows are entered.
    `answers`: whether answers to what is in the register already are entered. `approved`: whether a second person has
    approved what nobody takes in alone: answers given since the office works here, and the evaluations of an own sheet
    as citizens' own."""

    open_rows: str = Import.OpenRows.TODAY
    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    township: str = ""
    agency: str = ""
    year: int | None = None
    undated: str = "note"
    hidden: bool = True
    answers: bool = False
    similar: bool = False
    approved: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return them as the import keeps them."""
        return asdict(self)

    @classmethod
    def of(cls, job: Import) -> Self:
        """Return what was decided about an import."""
        return cls(**job.decisions | {"open_rows": job.open_rows})


UNDECIDED = Decisions()


def is_recent(answered_at: datetime | None) -> bool:
    """Return whether it was answered since the office works here (GO_LIVE)."""
    live = settings.GO_LIVE
    return bool(live and answered_at and timezone.localdate(answered_at) >= live)


def refusal_of_recent() -> str:
    """Return why such a row is refused without approval."""
    reason = _(
        "answered since the office works here (%(day)s); import the row without its answer and record the answer "
        "on its page, or have a second person approve these rows"
    )
    return reason % {"day": settings.GO_LIVE or ""}


def importing_area(by: User) -> str:
    """Return the code of the widest area that the person imports for; "" for one who imports nowhere."""
    memberships = scope_of(by).memberships
    return min(
        (m.area_code or m.prefix for m in memberships if m.role in ("clerk", "triage_officer")), default=""
    )


def remembered(by: User, source: str) -> dict[str, dict[str, str]]:
    """Return what people of the person's area chose for this source: column (or "" for headers) → word → choice."""
    found: dict[str, dict[str, str]] = {}
    for row in ImportChoice.objects.filter(area_code=importing_area(by), source=source):
        found.setdefault(row.column, {})[row.word] = row.choice
    return found


def remember(by: User, source: str, choices: Iterable[tuple[str, str, str]], now: datetime) -> None:
    """Keep (column or "", word, choice) of this source for the next file."""
    rows = [
        ImportChoice(
            area_code=importing_area(by),
            source=source,
            column=column,
            word=word,
            choice=choice,
            by=by,
            at=now,
        )
        for column, word, choice in choices
        if word and len(word) <= LONGEST and len(choice) <= LONGEST
    ]
    ImportChoice.objects.bulk_create(
        {(row.column, row.word): row for row in rows}.values(),
        update_conflicts=True,
        unique_fields=["area_code", "source", "column", "word"],
        update_fields=["choice", "by", "at"],
    )


def sources(by: User) -> list[str]:
    """Return the names of the sources for which the person's area has made choices."""
    rows = ImportChoice.objects.filter(area_code=importing_area(by)).exclude(source="").order_by("source")
    return list(rows.values_list("source", flat=True).distinct()[:50])

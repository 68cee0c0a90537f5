"""Freezing a county's month: its figures as they stand now, once and for good, with who and when (ADR 0032)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from opinions.models import Opinion
from reports.activities.figures import COUNTED, count, scope_of_county
from reports.definitions.counts import FLAGS, NAMES, Counts, names_of, tally, total, with_flags
from reports.definitions.periods import BoundedPeriod
from reports.figures.areas import reportable
from reports.figures.by_area_and_month import Scope
from reports.figures.completed import NAMES as NAMES_DONE
from reports.figures.completed import Done, done_q
from reports.models import FrozenActivityFigure, FrozenDone, FrozenFigure, FrozenMonth, FrozenOpinion, spelled
from studios.models import County, Role, Township

BATCH = 1000
READ = ("pk", "township_id", "studio_id", "lead_agency_id", "category_id", "channel", "version")
MOMENTS = ("registered_at", "closed_at")


class NotPossible(Exception):
    """Why a month cannot be frozen, in words for the person."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


def freeze(
    *, county: County, month: BoundedPeriod, by: User | None, at: datetime | None = None
) -> FrozenMonth:
    """Freeze `month` of `county` as `by` (None: the command). It can neither be repeated nor undone.

    PermissionDenied for anybody but the county official whose area holds the county; NotPossible for a month that
    is not over or is frozen already.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    if by is not None and not may_freeze(by, county):
        raise PermissionDenied(_("Only the county official freezes a month."))
    if month.last >= today:
        raise NotPossible(_("The month is not over yet."))
    rows = Opinion.objects.filter(month.registered, county=county)
    try:
        with transaction.atomic():
            return _frozen(county, month, by, at, with_flags(rows, today))
    except IntegrityError as error:
        if FrozenMonth.objects.filter(county=county, month=month.first).exists():
            raise NotPossible(_("The month is frozen already.")) from error
        raise


def may_freeze(user: User, county: County) -> bool:
    """Return whether the person freezes the county's months: its county official."""
    return reportable(user, Role.COUNTY_OFFICIAL).filter(pk=county.pk).exists()


def _frozen(
    county: County, month: BoundedPeriod, by: User | None, at: datetime, rows: QuerySet[Opinion]
) -> FrozenMonth:
    """Freeze from one reading of the rows: what is kept of each and the sums are of the same moment."""
    read = list(rows.order_by("pk").values_list(*READ, *MOMENTS, *FLAGS.values(), named=True))
    groups: defaultdict[str, Counts] = defaultdict(Counts)
    for row in read:
        tally(groups[row.township_id], names_of(row))
    done = _done(county, month, timezone.localdate(at))
    # Every name, those that count nothing too: what is missing later was no figure then.
    counts = dict.fromkeys(NAMES, 0) | total(groups.values())
    frozen = FrozenMonth.objects.create(
        county=county,
        month=month.first,
        frozen_at=at,
        frozen_by=by,
        counts=counts,
        done={name: len(rows) for name, rows in done.items()},
    )
    townships = Township.objects.filter(county=county).values_list("pk", flat=True)
    FrozenFigure.objects.bulk_create(
        FrozenFigure(frozen=frozen, township_id=pk, counts=groups.get(pk, {})) for pk in townships
    )
    found = count(scope_of_county(county, None), month, by="township", today=timezone.localdate(at))
    FrozenActivityFigure.objects.bulk_create(
        FrozenActivityFigure(
            frozen=frozen, township_id=pk, counts=dict.fromkeys(COUNTED, 0) | found.get(pk, {})
        )
        for pk in townships
    )
    FrozenOpinion.objects.bulk_create(
        (FrozenOpinion(**_kept(frozen, row, names_of(row)), version=row.version) for row in read),
        batch_size=BATCH,
    )
    FrozenDone.objects.bulk_create(_kept_done(frozen, done), batch_size=BATCH)
    return frozen


def _done(county: County, month: BoundedPeriod, today: date) -> dict[str, list[Any]]:
    """Return what was done in the month: the rows of READ of each name."""
    rows = Opinion.objects.filter(county=county).order_by("pk").values_list(*READ, named=True)
    found = Done(Scope(Opinion.objects.filter(county=county), (county.pk,), "township"), month, today)
    return {name: list(rows.filter(done_q(name, found))) for name in NAMES_DONE}


def _kept_done(frozen: FrozenMonth, done: dict[str, list[Any]]) -> Iterator[FrozenDone]:
    names: defaultdict[Any, list[str]] = defaultdict(list)
    for name, rows in done.items():
        for row in rows:
            names[row].append(name)
    for row, counted in names.items():
        yield FrozenDone(**_kept(frozen, row, counted))


def _kept(frozen: FrozenMonth, row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {
        "opinion_id": row.pk,
        "frozen": frozen,
        "county_id": frozen.county_id,
        "month": frozen.month,
        "township_id": row.township_id,
        "studio_id": row.studio_id,
        "lead_agency_id": row.lead_agency_id,
        "category": (row.category_id or "")[:2],
        "channel": row.channel,
        "counted": spelled(names),
    }

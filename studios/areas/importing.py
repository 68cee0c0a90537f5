"""The only writer of areas in bulk: takes in a file of townships or villages, wholly or not at all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AccessRecord, User
from studios.models import County, Township, Village

from .parser import TOWNSHIPS, AreaFileError, NumberedRow, RowError, kind_of, read_areas


@dataclass
class Imported:
    """What the file says and what it changed; the lists hold areas."""

    counties: int = 0
    townships: int = 0
    other: list = field(default_factory=list)
    villages: int = 0
    added: list = field(default_factory=list)
    renamed: list = field(default_factory=list)  # (area, its former name)
    retired: list = field(default_factory=list)
    missing: list = field(default_factory=list)  # villages that the file leaves out; they stay

    def __str__(self) -> str:
        changes = f"(added {len(self.added)}, renamed {len(self.renamed)}"
        if self.villages:
            return f"villages {self.villages} {changes}, not in the file {len(self.missing)})"
        changes += f", retired {len(self.retired)})"
        return (
            f"counties {self.counties}, townships {self.townships} {changes}, other units {len(self.other)}"
        )


class _DryRun(Exception):
    pass


def import_areas(
    *, file: IO[bytes], by: User | None = None, today: date | None = None, dry_run: bool = False
) -> Imported:
    """Import a binary CSV file of townships or of villages; importing it again changes nothing.

    A township that a county of the file no longer has is retired (`valid_to` = `today`), never deleted: what was
    recorded there keeps its name. Raises AreaFileError, and then nothing has changed. `dry_run` rolls back.
    """
    today = today or timezone.localdate()
    read = read_areas(file)
    done = Imported()
    try:
        with transaction.atomic():
            if read.columns == TOWNSHIPS:
                _take_townships(read.rows, done, today)
            else:
                _take_villages(read.rows, done)
            if dry_run:
                raise _DryRun
            prefix = _common_prefix([row[read.columns[-2]] for _number, row in read.rows])
            audit.record(
                AccessRecord.Action.IMPORTED,
                by=by,
                subject=_("areas"),
                area_code=prefix,
                details={"said": str(done)},
            )
    except _DryRun:
        pass
    return done


def _take_townships(rows: Sequence[NumberedRow], done: Imported, today: date) -> None:
    names = {row["county_code"]: row["county"] for _number, row in rows}
    known = {county.pk: county for county in County.objects.filter(pk__in=names).select_for_update()}
    for code, name in names.items():
        if code not in known:
            County.objects.create(code=code, name=name)
        elif known[code].name != name:
            done.renamed.append((known[code], known[code].name))
            County.objects.filter(pk=code).update(name=name)
    done.counties = len(names)
    existing = {t.pk: t for t in Township.objects.filter(county__in=names).select_related("successor")}
    errors = [
        RowError(n, why) for n, row in rows if (why := _why_not_again(existing.get(row["township_code"])))
    ]
    if errors:
        raise AreaFileError(*errors)
    for _number, row in rows:
        # Of a county that is new here, nobody knows since when its townships stand: they hold for any day.
        since = today if row["county_code"] in known else None
        _take_township(row, existing.pop(row["township_code"], None), done, since, today)
    for township in existing.values():
        if township.valid_to is None:
            Township.objects.filter(pk=township.pk).update(valid_to=today)
            done.retired.append(township)


def _why_not_again(township: Township | None) -> str:
    if township is not None and township.successor:
        return _("%s was merged into %s; give the new unit its own code") % (township, township.successor)
    return ""


def _take_township(
    row: dict[str, str], present: Township | None, done: Imported, since: date | None, today: date
) -> None:
    code, name = row["township_code"], row["township"]
    kind = kind_of(code, name)
    counted = kind != Township.Kind.OTHER
    if present is None:
        present = Township.objects.create(
            code=code, name=name, county_id=row["county_code"], kind=kind, counted=counted, valid_from=since
        )
        done.added.append(present)
    elif present.name != name or present.valid_to is not None:
        former = present.former_names
        if present.name != name:
            done.renamed.append((present, present.name))
            former = [*former, {"name": present.name, "until": today.isoformat()}]
        Township.objects.filter(pk=code).update(
            name=name, kind=kind, counted=counted, valid_to=None, former_names=former
        )
        present.name, present.counted = name, counted
    if present.counted:
        done.townships += 1
    else:
        done.other.append(present)


def _take_villages(rows: Sequence[NumberedRow], done: Imported) -> None:
    townships = set(Township.objects.values_list("pk", flat=True))
    errors = [
        RowError(number, _("there is no township %s; import the townships first") % row["township_code"])
        for number, row in rows
        if row["township_code"] not in townships
    ]
    if errors:
        raise AreaFileError(*errors)
    inside = {row["township_code"] for _number, row in rows}
    # A village whose township was merged stands under the successor, in the same county, with its old code.
    existing = {v.pk: v for v in Village.objects.filter(township__county__in={code[:6] for code in inside})}
    for _number, row in rows:
        village = existing.pop(row["village_code"], None)
        if village is None:
            done.added.append(
                Village(code=row["village_code"], township_id=row["township_code"], name=row["village"])
            )
        elif village.name != row["village"]:
            done.renamed.append((village, village.name))
            village.name = row["village"]
    Village.objects.bulk_create(done.added, batch_size=500)
    Village.objects.bulk_update([village for village, _was in done.renamed], ["name"], batch_size=500)
    done.missing = [village for village in existing.values() if village.township_id in inside]
    done.villages = len(rows)


def _common_prefix(codes: Collection[str]) -> str:
    """Return the narrowest prefecture, county or township that holds all the codes, or "" when they share none."""
    first, last = min(codes), max(codes)
    return next((first[:n] for n in (9, 6, 4) if first[:n] == last[:n]), "")

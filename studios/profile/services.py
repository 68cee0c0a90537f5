"""The only writer of a studio's facts, funding and photos, as the staff of the studio or township enter them."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.security.uploads import Upload
from studios.errors import Refused, Stale
from studios.history import note
from studios.models import Funding, OpeningTime, Photo, Role, Studio, opening_hours
from studios.permissions.scope import roles_over
from studios.pinyin import name_key
from studios.profile.money import Given, replace_amount

# What staff write; kind and code are fixed when the studio is entered, the township moves with a merger.
WRITTEN = (
    "name",
    "village",
    "belongs_to",
    "address",
    "phone",
    "opening_hours",
    "in_charge",
    "plaque",
    "established_on",
    "has_activity_room",
    "has_office",
)
Times = dict[int, list[tuple[time, time]]]  # weekday, Monday 0 → (opens, closes)
EDITORS = frozenset([Role.CLERK])
MOST_PHOTOS = 12


def lock(pk: int, by: User) -> Studio:
    """Lock the studio through the scope of `by` and return it; call inside a transaction. Raises Studio.DoesNotExist
    outside the scope, PermissionDenied in a wrong role."""
    rows = Studio.objects.visible_to(by).with_roles(by).select_related("township")
    studio = rows.select_for_update(of=("self",)).get(pk=pk)
    if not roles_over(studio) & EDITORS:
        raise PermissionDenied(_("The clerks of the studio or township edit its facts."))
    return studio


@transaction.atomic
def update_studio(
    pk: int,
    *,
    by: User,
    version: int | None = None,
    times: Times | None = None,
    request: HttpRequest | None = None,
    **written: Any,
) -> Studio:
    """Change the facts named in WRITTEN; `times` is {weekday: [(opens, closes)]} or None to leave them.

    Raises Stale when somebody saved since `version`, Refused for what cannot be.
    """
    unknown = set(written) - set(WRITTEN)
    if unknown:
        raise TypeError(f"not a fact of a studio: {sorted(unknown)}")
    studio = lock(pk, by)
    if version is not None and version != studio.version:
        raise Stale(studio)
    changes = {
        name: [_shown(studio, name), value]
        for name, value in written.items()
        if getattr(studio, name) != value
    }
    for name in changes:
        setattr(studio, name, written[name])
    changes = {name: [before, _shown(studio, name)] for name, (before, _value) in changes.items()}
    _check(studio)
    if times is not None:
        before, after = _replace_times(studio, times)
        changes |= {"times": [before, after]} if before != after else {}
    if not changes:
        return studio
    studio.name_pinyin = name_key(studio)
    studio.version += 1
    studio.save(update_fields=[*written, "name_pinyin", "version"])
    note(studio, "facts", by=by, changes=changes, request=request)
    return studio


def _shown(studio: Studio, name: str) -> str:
    value = getattr(studio, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


def _check(studio: Studio) -> None:
    if studio.village and studio.village.township_id != studio.township_id:
        raise Refused(_("The village does not lie in the township."), "village")
    linked = studio.belongs_to
    if linked is None:
        return
    if not studio.is_home:
        raise Refused(_("Only a deputies' home is linked to a studio."), "belongs_to")
    if linked.is_home or linked.township_id != studio.township_id:
        raise Refused(_("A home is linked to a studio of its own township."), "belongs_to")


def _replace_times(studio: Studio, times: Times) -> tuple[str, str]:
    before = opening_hours.describe_week(studio.times.all())
    rows = [
        OpeningTime(studio=studio, weekday=weekday, opens=opens, closes=closes)
        for weekday, stretches in sorted(times.items())
        for opens, closes in stretches
    ]
    after = opening_hours.describe_week(rows)
    if before != after:
        studio.times.all().delete()
        OpeningTime.objects.bulk_create(rows)
    return before, after


@transaction.atomic
def set_funding(
    pk: int,
    *,
    by: User,
    year: int,
    source: str,
    amount: Decimal,
    note_text: str = "",
    request: HttpRequest | None = None,
) -> Funding | None:
    """Set what the studio was given in `year` from `source` (yuan), in place of the earlier amount; zero removes it.

    Returns the row, None when there is none any more. Raises Refused for a negative amount.
    """
    given = Given(year, source, amount, note_text)
    return replace_amount(lock(pk, by), given, by=by, request=request)


@transaction.atomic
def add_photo(
    pk: int,
    *,
    by: User,
    upload: Upload,
    caption: str,
    at: datetime | None = None,
    request: HttpRequest | None = None,
) -> Photo:
    """Add a photo to the studio. Raises Refused when there are MOST_PHOTOS."""
    studio = lock(pk, by)
    if studio.photos.count() >= MOST_PHOTOS:
        raise Refused(_("At most %d photos; remove one first.") % MOST_PHOTOS, "file")
    photo = Photo(studio=studio, caption=caption, added_at=at or timezone.now(), added_by=by)
    photo.file = upload.stored()
    photo.save()
    note(studio, "photo_added", by=by, changes={_("photo"): ["", caption]}, request=request)
    return photo


@transaction.atomic
def remove_photo(pk: int, photo_pk: int, *, by: User, request: HttpRequest | None = None) -> None:
    """Remove the photo, and after the commit its file; the history keeps that it was there. Raises
    Photo.DoesNotExist."""
    studio = lock(pk, by)
    photo = studio.photos.get(pk=photo_pk)
    file, caption = photo.file, photo.caption
    photo.delete()
    stored = str(file.name)
    transaction.on_commit(lambda: file.storage.delete(stored))
    note(studio, "photo_removed", by=by, changes={_("photo"): [caption, ""]}, request=request)

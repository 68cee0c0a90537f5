"""The only writer of drafts: drafting, checking, dropping, and signing off, by which a draft becomes a letter."""

import json
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, actor_of
from accounts.models import User
from studios.models import Agency, Role, Township
from studios.permissions.scope import roles_over

from .facts import complete
from .models import Draft, Letter, Organ
from .models.draft import DraftQuerySet
from .services import PERSONAL, AlreadyIssued, NotPossible, issue

CHECKERS = frozenset([Role.TRIAGE_OFFICER, Role.SUPERVISOR])
DROPPERS = CHECKERS | {Role.COUNTY_OFFICIAL}


def draft(
    *,
    organ: Organ,
    kind: str,
    township: Township,
    about: str,
    occasion: str,
    facts: dict[str, Any],
    by: User | Actor,
    at: datetime,
    agency: Agency | None = None,
    studio_id: int | None = None,
) -> Draft:
    """Draft a letter, inside the caller's transaction. It has no number: that is taken when it is signed off. Raises
    AlreadyIssued when a draft waits or a valid letter exists for the same occasion."""
    same = {"about": about, "kind": kind, "occasion": occasion}
    row = Draft(
        county_id=organ.county_id,
        township=township,
        studio_id=studio_id,
        agency=agency,
        drafted_at=at,
        drafted_by=actor_of(by).user,
        facts_text=_text(facts | _own(organ)),
        **same,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if not Draft.objects.waiting().filter(**same).exists():
            raise
        raise AlreadyIssued(_("This letter is drafted already and waits to be signed off.")) from error
    return row


def _own(organ: Organ) -> dict[str, Any]:
    """Return what the office says of itself; number and date are blank until the letter is signed off."""
    return {
        "organ": organ.name,
        "rule": organ.cited_rule,
        "contact": organ.contact,
        "copies": organ.copies_to,
    }


def _text(facts: dict[str, Any]) -> str:
    return json.dumps(complete(facts), ensure_ascii=False)


def correct(row: Draft, facts: dict[str, Any]) -> None:
    """Give a draft that waits other facts, because what it is about was corrected."""
    row.facts_text = _text(facts)
    row.save(update_fields=["facts_text"])


def sign_off(row: Draft, *, facts: dict[str, Any], by: User | Actor, at: datetime) -> Letter:
    """Issue the letter of a locked draft with `facts`, inside the caller's transaction: it takes its number now, and
    `by` is who signed it off. Raises NotPossible for one that the office wants to be checked first."""
    if not row.checked_at and Organ.of(row.county).needs_check:
        raise NotPossible(_("The draft is not checked yet; the office wants that before it is signed off."))
    letter = issue(
        kind=row.kind,
        township=row.township,
        studio_id=row.studio_id,
        about=row.about,
        occasion=row.occasion,
        facts=facts,
        by=by,
        at=at,
        agency=row.agency,
    )
    row.letter = letter
    row.save(update_fields=["letter"])
    return letter


@transaction.atomic
def check(pk: int, *, by: User, at: datetime | None = None) -> Draft:
    """Record that the draft was read and found right (核稿). Raises NotPossible for one that waits no longer or is
    checked, Draft.DoesNotExist outside the person's scope, PermissionDenied in a wrong role."""
    row = _locked(pk, by, CHECKERS)
    if row.checked_at:
        raise NotPossible(_("%(name)s has already checked this draft.") % {"name": row.checked_by})
    row.checked_at, row.checked_by = at or timezone.now(), by
    row.save(update_fields=["checked_at", "checked_by"])
    return row


@transaction.atomic
def drop_one(pk: int, *, by: User, reason: str, at: datetime | None = None) -> Draft:
    """Drop a draft that nobody wants; no number is lost. Raises as `check` does."""
    row = _locked(pk, by, DROPPERS)
    row.dropped_at, row.dropped_by, row.drop_reason = at or timezone.now(), by, reason
    row.save(update_fields=["dropped_at", "dropped_by", "drop_reason"])
    return row


def _locked(pk: int, by: User, roles: frozenset[str]) -> Draft:
    rows = (
        Draft.objects.visible_to(by).with_roles(by).select_related("county").select_for_update(of=("self",))
    )
    row = rows.get(pk=pk)
    if not roles_over(row) & roles:
        raise PermissionDenied
    if row.letter_id or row.dropped_at:
        raise NotPossible(_("The draft was signed off or dropped meanwhile."))
    return row


def drop(rows: DraftQuerySet, *, by: User | Actor, reason: str, at: datetime) -> int:
    """Drop those of `rows` that wait, because what they are for no longer holds; returns how many. One query."""
    return rows.waiting().update(dropped_at=at, dropped_by=actor_of(by).user, drop_reason=reason)


def forget(*, about: str, instead: object) -> None:
    """Erase what people wrote in every draft about `about` for good; `instead` replaces it."""
    for row in Draft.objects.filter(about=about):
        names = PERSONAL if row.agency_id else ("addressee", *PERSONAL)
        erased = {name: instead for name in names if row.facts.get(name)}
        row.facts_text = json.dumps({**row.facts, **erased}, ensure_ascii=False)
        row.drop_reason = row.drop_reason and str(instead)
        row.save(update_fields=["facts_text", "drop_reason"])

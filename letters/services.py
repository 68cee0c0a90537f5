"""The only writer of letters: issuing with a number, signing for, cancelling. Templates are written by templates.py."""

import json
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, actor_of
from accounts.models import User
from studios.models import Agency, County, Role, Township
from studios.permissions.scope import roles_over

from .facts import complete
from .models import Letter, Organ, Series
from .rendering import render
from .templates import current_template

# Who may take a letter back: the office that sends them.
CANCELLERS = frozenset([Role.TRIAGE_OFFICER, Role.SUPERVISOR])
SIGNERS = frozenset([Role.HANDLER])


ISSUED_ALREADY = _("This letter has already been issued; cancel it before issuing another.")


class NotPossible(Exception):
    """The letter is not in a state for this; the message says who was first."""


class AlreadyIssued(NotPossible):
    """A valid letter of this kind exists for the same occasion."""


def issue(
    *,
    kind: str,
    township: Township,
    about: str,
    occasion: str,
    facts: dict[str, Any],
    by: User | Actor,
    at: datetime,
    agency: Agency | None = None,
    studio_id: int | None = None,
    organ: Organ | None = None,
) -> Letter:
    """Issue a letter with the next number of its series, inside the caller's transaction.

    The number is taken under the series' row lock, which lasts until the commit: a second writer waits, and takes the
    same number if the first is rolled back. So there is no gap, however many write (ADR 0015). `about` is the opinion's
    number, `occasion` what the letter is issued for; `facts` are completed (letters/facts.py); `organ` is the county's
    if given. Raises AlreadyIssued, after which the caller's transaction must be undone.
    """
    county = township.county
    organ = organ or Organ.of(county)
    template = current_template(county=county, kind=kind, at=at)
    day = timezone.localdate(at)
    letter = Letter(
        county=county,
        township=township,
        studio_id=studio_id,
        kind=kind,
        series=organ.series(kind),
        year=day.year,
        agency=agency,
        about=about,
        occasion=occasion,
        template=template,
        issued_at=at,
        issued_by=actor_of(by).user,
    )
    letter.serial = _next_serial(county, letter.series, letter.year)
    own = {"organ": organ.name, "rule": organ.cited_rule, "contact": organ.contact, "copies": organ.copies_to}
    all_facts = complete({**facts, **own, "number": letter.number, "date": in_chinese(day)})
    letter.facts_text = json.dumps(all_facts, ensure_ascii=False)
    _insert(letter)
    return letter


def _insert(letter: Letter) -> None:
    """Save a new letter. The database itself refuses a second one for the same occasion, which costs no query."""
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
    except IntegrityError as error:
        same = {"about": letter.about, "kind": letter.kind, "occasion": letter.occasion}
        if not Letter.objects.filter(**same, cancelled_at=None).exists():
            raise
        raise AlreadyIssued(ISSUED_ALREADY) from error


def _next_serial(county: County, name: str, year: int) -> int:
    key = {"county": county, "name": name, "year": year}
    series = Series.objects.select_for_update().filter(**key).first()
    if series is None:
        Series.objects.bulk_create([Series(**key)], ignore_conflicts=True)
        series = Series.objects.select_for_update().get(**key)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last


def in_chinese(day: date | None) -> str:
    """Write a day as 2026年11月25日; "" for none.

    Source: GB/T 9704-2012, 7.3.5.4: Arabic numerals, no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def docx_of(letter: Letter) -> bytes:
    """Return the letter as a .docx: the same at every call, except that a cancelled one says so."""
    facts = letter.facts
    if letter.cancelled_at:
        facts = {**facts, "number": f"{letter.number}（作废）"}
    return render(letter.template.content, facts)


def _locked(pk: int, by: User, roles: frozenset[str]) -> Letter:
    """Return the letter, locked. Raises Letter.DoesNotExist outside the person's scope, PermissionDenied in a wrong
    role."""
    rows = Letter.objects.visible_to(by).with_roles(by).select_for_update(of=("self",))
    letter = rows.get(pk=pk)
    if not roles_over(letter) & roles:
        raise PermissionDenied
    return letter


@transaction.atomic
def sign_for(pk: int, *, by: User, at: datetime | None = None) -> Letter:
    """Record that the addressed agency has received the letter. Raises NotPossible for one that is cancelled or
    signed for, Letter.DoesNotExist outside the person's scope, PermissionDenied in a wrong role."""
    letter = _locked(pk, by, SIGNERS)
    if letter.cancelled_at:
        raise NotPossible(_("The letter has been cancelled; it need not be signed for."))
    if letter.signed_at:
        raise NotPossible(_("%(name)s has already signed for this letter.") % {"name": letter.signed_by})
    letter.signed_at, letter.signed_by = at or timezone.now(), by
    letter.save(update_fields=["signed_at", "signed_by"])
    return letter


def received(*, about: str, agency_id: int, by: User | Actor, at: datetime) -> int:
    """Sign for the agency's letters about an opinion on which `by` acts; returns how many. Only a person signs: for the
    citizen and the system nothing is done."""
    actor = actor_of(by)
    if not actor.is_person:
        return 0
    waiting = Letter.objects.filter(about=about, agency=agency_id, signed_at=None, cancelled_at=None)
    return waiting.update(signed_at=at, signed_by=actor.user)


# What people wrote, or by which anybody could be recognised; number, organ, dates and agencies stay.
PERSONAL = ("title", "short_title", "matter", "answer", "words", "again_reason")


def forget(*, about: str, instead: object) -> None:
    """Erase what people wrote in every letter about `about` for good; `instead` replaces it."""
    for letter in Letter.objects.filter(about=about):
        names = PERSONAL if letter.agency_id else ("addressee", *PERSONAL)
        erased = {name: instead for name in names if letter.facts.get(name)}
        letter.facts_text = json.dumps({**letter.facts, **erased}, ensure_ascii=False)
        letter.cancel_reason = letter.cancel_reason and str(instead)
        letter.save(update_fields=["facts_text", "cancel_reason"])


@transaction.atomic
def stamp(pk: int, *, by: User, at: datetime | None = None) -> Letter:
    """Record that the letter was printed and stamped (用印). Raises NotPossible for one that is void or stamped; as
    `cancel` otherwise."""
    letter = _locked(pk, by, CANCELLERS)
    if letter.cancelled_at or letter.stamped_at:
        raise NotPossible(_("The letter is void or stamped already."))
    letter.stamped_at, letter.stamped_by = at or timezone.now(), by
    letter.save(update_fields=["stamped_at", "stamped_by"])
    return letter


@transaction.atomic
def file(pk: int, *, by: User, number: str = "", at: datetime | None = None) -> Letter:
    """Record that the letter went into the archive (归档), there under `number` if it has one. Raises NotPossible for
    one that is void, filed, or not signed for by its agency; as `cancel` otherwise."""
    letter = _locked(pk, by, CANCELLERS)
    if letter.cancelled_at or letter.filed_at:
        raise NotPossible(_("The letter is void or filed already."))
    if letter.agency_id and not letter.signed_at:
        raise NotPossible(_("The agency has not signed for the letter yet."))
    letter.filed_at, letter.filed_by, letter.file_number = at or timezone.now(), by, number
    letter.save(update_fields=["filed_at", "filed_by", "file_number"])
    return letter


@transaction.atomic
def cancel(pk: int, *, by: User, reason: str, at: datetime | None = None) -> Letter:
    """Make the letter void (作废). It keeps its number, and says who cancelled it, when and why. Raises NotPossible for
    one that is cancelled, Letter.DoesNotExist outside the person's scope, PermissionDenied in a wrong role."""
    letter = _locked(pk, by, CANCELLERS)
    if letter.cancelled_at:
        raise NotPossible(
            _("%(name)s has already cancelled this letter.")
            % {"name": letter.cancelled_by or _("System, by rule")}
        )
    letter.cancelled_at, letter.cancelled_by, letter.cancel_reason = at or timezone.now(), by, reason
    letter.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    return letter


def void(letters: QuerySet[Letter], *, by: User | Actor, reason: str, at: datetime) -> list[str]:
    """Make the valid ones of `letters` void because an action on their opinion removed the reason for them; returns
    their numbers, which stay. Unlike `cancel` it checks no role: the action was checked, and a citizen or a handler who
    takes it voids letters that they could not cancel. Locks the rows; needs a transaction."""
    rows = letters.filter(cancelled_at=None).defer("facts_text").order_by("id")
    valid = list(rows.select_for_update(of=("self",)))
    for letter in valid:
        letter.cancelled_at, letter.cancelled_by, letter.cancel_reason = at, actor_of(by).user, reason
        letter.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    return [letter.number for letter in valid]

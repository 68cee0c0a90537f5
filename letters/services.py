"""The only writer of letters: issuing with a number, signing for, cancelling. Templates are written by templates.py."""

import json

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor, actor_of
from accounts.models import User
from studios.models import Role
from studios.permissions.scope import roles_over

from .facts import complete
from .models import Letter, Organ, Series
from .rendering import render
from .templates import current_template

# Who may take a letter back: the office that sends them.
CANCELLERS = frozenset([Role.TRIAGE_OFFICER, Role.SUPERVISOR])
SIGNERS = frozenset([Role.HANDLER])


class NotPossible(Exception):
    """The letter is not in a state for this; the message says who was first."""


class AlreadyIssued(NotPossible):
    """A valid letter of this kind exists for the same occasion."""


def issue(
    *, kind, township, about, occasion, facts, by: User | Actor, at, agency=None, studio_id=None
) -> Letter:
    """Issue a letter with the next number of its series, inside the caller's transaction.

    The number is taken under the series' row lock, which lasts until the commit: whoever comes second waits, and if
    the first is rolled back takes the same number. So there is no gap, however many write (ADR 0015). Raises
    AlreadyIssued, after which the caller's transaction must be undone.
    """
    county = township.county
    organ = Organ.of(county)
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
    own = {"organ": organ.name, "rule": organ.cited_rule, "contact": organ.contact}
    said = complete({**facts, **own, "number": letter.number, "date": in_chinese(day)})
    letter.facts_text = json.dumps(said, ensure_ascii=False)
    _insert(letter)
    return letter


def _insert(letter):
    """That there is no other letter for the same occasion is the database's to say: it costs no query of its own."""
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
    except IntegrityError as error:
        same = {"about": letter.about, "kind": letter.kind, "occasion": letter.occasion}
        if not Letter.objects.filter(**same, cancelled_at=None).exists():
            raise
        said = _("This letter has already been issued; cancel it before issuing another.")
        raise AlreadyIssued(said) from error


def _next_serial(county, name, year) -> int:
    key = {"county": county, "name": name, "year": year}
    series = Series.objects.select_for_update().filter(**key).first()
    if series is None:
        Series.objects.bulk_create([Series(**key)], ignore_conflicts=True)
        series = Series.objects.select_for_update().get(**key)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last


def in_chinese(day) -> str:
    """2026年11月25日. Source: GB/T 9704-2012, 7.3.5.4: Arabic numerals, no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def docx_of(letter) -> bytes:
    """The letter as a file: the same at every call, but that a cancelled one says so."""
    facts = letter.facts
    if letter.cancelled_at:
        facts = {**facts, "number": f"{letter.number}（作废）"}
    return render(letter.template.content, facts)


def _locked(pk, by, roles) -> Letter:
    """The letter through the person's scope, locked; Letter.DoesNotExist outside, PermissionDenied in a wrong role."""
    rows = Letter.objects.visible_to(by).with_roles(by).select_for_update(of=("self",))
    letter = rows.get(pk=pk)
    if not roles_over(letter) & roles:
        raise PermissionDenied
    return letter


@transaction.atomic
def sign_for(pk, *, by, at=None) -> Letter:
    """The addressed agency confirms that it has received the letter."""
    letter = _locked(pk, by, SIGNERS)
    if letter.cancelled_at:
        raise NotPossible(_("The letter has been cancelled; it need not be signed for."))
    if letter.signed_at:
        raise NotPossible(_("%(name)s has already signed for this letter.") % {"name": letter.signed_by})
    letter.signed_at, letter.signed_by = at or timezone.now(), by
    letter.save(update_fields=["signed_at", "signed_by"])
    return letter


def received(*, about, agency_id, by: User | Actor, at) -> int:
    """The agency's letters about an opinion on which `by` acts are signed for; returns how many. Only a person signs:
    for the citizen and the system nothing is done."""
    by = actor_of(by)
    if not by.is_person:
        return 0
    waiting = Letter.objects.filter(about=about, agency=agency_id, signed_at=None, cancelled_at=None)
    return waiting.update(signed_at=at, signed_by=by.user)


# What people said, or by which anybody could be known; number, organ, dates and agencies stay.
SAID = ("title", "short_title", "matter", "answer", "words", "again_reason")


def forget(*, about, instead) -> None:
    """Erase what was said in every letter about `about` for good; `instead` stands in its place."""
    for letter in Letter.objects.filter(about=about):
        names = SAID if letter.agency_id else ("addressee", *SAID)
        erased = {name: instead for name in names if letter.facts.get(name)}
        letter.facts_text = json.dumps({**letter.facts, **erased}, ensure_ascii=False)
        letter.cancel_reason = letter.cancel_reason and str(instead)
        letter.save(update_fields=["facts_text", "cancel_reason"])


@transaction.atomic
def cancel(pk, *, by, reason, at=None) -> Letter:
    """The letter is void (作废). It keeps its number, and says who took it back, when and why."""
    letter = _locked(pk, by, CANCELLERS)
    if letter.cancelled_at:
        raise NotPossible(
            _("%(name)s has already cancelled this letter.")
            % {"name": letter.cancelled_by or _("System, by rule")}
        )
    letter.cancelled_at, letter.cancelled_by, letter.cancel_reason = at or timezone.now(), by, reason
    letter.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    return letter


def void(letters, *, by: User | Actor, reason: str, at) -> list[str]:
    """Make the valid ones among the queryset `letters` void because an action on their opinion ended their ground;
    returns their numbers, which stay. Unlike `cancel` it asks for no role: the action was checked, and a citizen or a
    handler who takes it voids letters that they could not cancel."""
    rows = letters.filter(cancelled_at=None).defer("facts_text").order_by("id")
    standing = list(rows.select_for_update(of=("self",)))
    for letter in standing:
        letter.cancelled_at, letter.cancelled_by, letter.cancel_reason = at, actor_of(by).user, reason
        letter.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    return [letter.number for letter in standing]

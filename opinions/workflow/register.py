"""Register (统一登记): write an opinion down, amend it, move it with its township, withdraw it for the citizen, erase
it in the end."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM, Actor, actor_of
from accounts.models import User
from common.crypto import phone_index
from notifications.services import forget
from opinions import letters
from opinions.models import AlikeKey, EventText, NumberSeries, Opinion
from studios.models import Township

from . import clocks
from .step import WEB, Refused, Step, make_event, settle, step
from .table import ACTIONS, Status
from .written import gathering, write_event

# What the person at the desk writes; everything else is decided on the way.
WRITTEN = (
    "township",
    "studio",
    "deputy",
    "activity",
    "channel",
    "matter_type",
    "category",
    "urgency",
    "title",
    "body",
    "place",
    "outside_number",
    "recorded_for",
    "citizen_name",
    "citizen_phone",
    "keep_secret",
)


def register(
    *,
    by: User | Actor,
    township,
    channel,
    title,
    body,
    at=None,
    via=WEB,
    submission_key=None,
    files=(),
    **written,
) -> Opinion:
    """Write one opinion down and start the triage clock; returns it, numbered and, unless steps are being gathered,
    saved.

    `submission_key` (a UUID made with the form) folds a double submit: the second returns the first's opinion.
    Keywords are the names in WRITTEN. Raises PermissionDenied outside the township the actor registers for.
    """
    unknown = set(written) - set(WRITTEN)
    if unknown:
        raise TypeError(f"not written at registration: {sorted(unknown)}")
    by = actor_of(by)
    _check_may_register(by, township)
    opinion = Opinion(
        township=township, county_id=township.county_id, channel=channel, title=title, body=body, **written
    )
    opinion.submission_key = submission_key
    if opinion.activity and opinion.activity.county_id != opinion.county_id:
        raise Refused(_("The activity took place in another county."), "activity")
    try:
        with transaction.atomic(savepoint=gathering() is None):
            _save_first(opinion, by, at or timezone.now(), via, files)
    except IntegrityError:
        # The unique key let the form's first submit through, and this is another.
        if (known := _already(submission_key)) is None:
            raise
        return known
    return opinion


def _already(submission_key):
    return Opinion.objects.filter(submission_key=submission_key).first() if submission_key else None


def _check_may_register(by: Actor, township):
    if not by.is_person:
        return
    person = by.user
    if not clocks.once(("may register", person.pk, township.pk), lambda: _registers_for(person, township)):
        raise PermissionDenied(_("You do not register opinions for this township."))


def _registers_for(by, township) -> bool:
    there = Township.objects.visible_to(by, *ACTIONS["register"].roles)
    return there.filter(pk=township.pk).exists()


def _save_first(opinion, by, at, via, files=()):
    today = timezone.localdate(at)
    opinion.phone_index = phone_index(opinion.citizen_phone)
    opinion.status, opinion.version, opinion.ledger_head = Status.REGISTERED, 0, ""
    opinion.registered_at, opinion.registered_by = at, by.user
    clocks.for_status(opinion, today)
    # The number comes last, so that its row is locked for as short a time as can be.
    opinion.number = next_number(opinion.county_id, today.year)
    taken = Step(ACTIONS["register"], opinion, by, via, at, "", None, check_now=True)
    taken.data = {"channel": opinion.channel, "due_on": str(opinion.due_on)}
    taken.attach(files)
    event, words = make_event(taken)
    settle(taken)
    beside = [*taken.beside, *([words] if words else [])]
    if together := gathering():
        together.begin(taken, event, beside)
        return
    opinion.save(force_insert=True)
    write_event(taken, event, beside)


def next_number(county_id: str, year: int) -> str:
    """`433101-2026-000123`: county, year, serial. Call inside the transaction that uses it."""
    if (last := _one_more(county_id, year)) is None:
        NumberSeries.objects.bulk_create(
            [NumberSeries(county_id=county_id, year=year)], ignore_conflicts=True
        )
        last = _one_more(county_id, year)
    return f"{county_id}-{year}-{last:06d}"


def _one_more(county_id: str, year: int) -> int | None:
    """The series' next serial, its row locked until the transaction ends; None if there is no such series."""
    one_more = (
        "UPDATE opinions_numberseries SET last = last + 1 WHERE county_id = %s AND year = %s RETURNING last"
    )
    with connection.cursor() as cursor:
        cursor.execute(one_more, [county_id, year])
        return (cursor.fetchone() or [None])[0]


def amend(number, *, by, version=None, at=None, via=WEB, **written) -> Opinion:
    """Correct what was written down, while triage has not taken it. The ledger keeps the former words."""
    with step("amend", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        changed = {name: value for name, value in written.items() if getattr(opinion, name) != value}
        if not changed:
            raise Refused(_("Nothing was changed."))
        taken.data = {"fields": sorted(changed)}
        # Former names and numbers are personal data and not repeated; former words are.
        taken.text = "\n".join(str(getattr(opinion, name)) for name in ("title", "body") if name in changed)
        for name, value in changed.items():
            setattr(opinion, name, value)
        opinion.phone_index = phone_index(opinion.citizen_phone)
        if opinion.township.county_id != opinion.county_id:
            raise Refused(_("An opinion stays in the county that numbered it."), "township")
        taken.check_now = True
        if {"keep_secret", "citizen_name"} & changed.keys():
            _hide_anew(opinion)
    return opinion


def _hide_anew(opinion) -> None:
    """What was said before is stored again, so that the name to be kept secret is hidden in it, and no other."""
    for words in EventText.objects.filter(event__opinion=opinion).select_related("event"):
        words.event.opinion = opinion
        words.save(update_fields=["text"])


def move(number, *, by=SYSTEM, version=None, township, why, at=None, via=WEB) -> Opinion:
    """Its township was merged or split: the opinion follows; number and county stay. `why` names the decree."""
    with step("move", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        former = opinion.township
        if township.county_id != opinion.county_id:
            raise Refused(_("An opinion stays in the county that numbered it."), "township")
        taken.data = {
            "from": former.pk,
            "from_name": former.name,
            "to": township.pk,
            "to_name": township.name,
        }
        taken.data["why"] = why
        opinion.township = township
    return opinion


def withdraw(number, *, by, version=None, reason, at=None, via=WEB) -> Opinion:
    """The citizen takes the opinion back; it can be reconsidered later."""
    with step("withdraw", number, by=by, version=version, at=at, via=via) as taken:
        taken.text = reason
        taken.opinion.suspended_on = taken.opinion.suspended_until_on = None
    return taken.opinion


def give_copy(number, *, by, version=None, reason, at=None, via=WEB) -> Opinion:
    """The citizen asked what is kept about them, and gets a copy of it (个人信息保护法, art. 45). Who asked, and how it
    was made sure that it is this person, stays in the ledger; the copy itself is a page to print."""
    with step("give_copy", number, by=by, version=version, at=at, via=via) as taken:
        taken.text = reason
    return taken.opinion


# What people said or left, by which anybody could be known; codes, dates and agencies stay, and with them all counts.
PERSONAL = ("body", "place", "recorded_for", "citizen_name", "citizen_phone", "phone_index", "answer")


def erase(number, *, by, version=None, reason="", at=None, via=WEB) -> Opinion:
    """Erase words, files and personal data for good: after the retention time, or when the citizen asks for it
    (个人信息保护法, art. 47). The ledger keeps digests without their salt, and still proves itself (ADR 0005)."""
    with step("erase", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        opinion.title, opinion.erased_at = taken.worded(_("(erased)"), {}), taken.at
        for name in PERSONAL:
            setattr(opinion, name, "")
        opinion.parts.update(answer="")
        AlikeKey.objects.filter(opinion=opinion).delete()
        EventText.objects.filter(event__opinion=opinion, erased_at=None).update(
            text="", salt="", erased_at=taken.at
        )
        taken.data = {"files": _delete_files(opinion)}
        forget(about=opinion.number)
        letters.erase(taken)
        taken.text = reason
    return opinion


def _delete_files(opinion) -> int:
    """How many there were. They leave the disk once this is sure."""
    files = [attachment.file for attachment in opinion.attachments.all()]
    opinion.attachments.all().delete()
    for file in files:
        transaction.on_commit(lambda file=file: file.storage.delete(file.name))
    return len(files)

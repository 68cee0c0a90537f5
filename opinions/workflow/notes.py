"""Additions to an opinion that do not move it: more from the citizen, the agency's progress, and notes among the
staff."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM, Actor
from accounts.models import User
from common.security.uploads import Upload
from notifications.services import forget
from opinions.lifecycle import guards
from opinions.lifecycle.errors import Refused
from opinions.lifecycle.origins import WEB
from opinions.lifecycle.statuses import WITH_AGENCY, Status
from opinions.models import Attachment, Event, EventText, Opinion
from opinions.models.redaction import unnamed

from . import citizen_sms
from .joint import owing
from .recipients import clerks_of, handlers_of, officers_of
from .transition import Transition, lock, transition
from .unit_of_work import atomic, reuse_locked_rows


def supplement(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    words: str,
    files: Iterable[Upload] = (),
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Add what the citizen says or sends later (补充情况); those who work on the opinion now are notified. On a merged
    opinion it is passed on to the one that this one follows, and those who work on that are notified."""
    files = list(files)
    with atomic(), reuse_locked_rows():
        # The one followed is locked first, as where its answer is passed on.
        followed = Opinion.objects.filter(merged__number=number).values_list("number", flat=True).first()
        lead = lock(followed, SYSTEM) if followed else None
        with transition("supplement", number, by=by, version=version, at=at, via=via) as t:
            t.text = words
            t.attach(files)
            if t.opinion.merged_into:
                t.data["passed_to"] = t.opinion.merged_into.number
            else:
                _notify_of_addition(t, words)
        if "passed_to" in t.data:
            moment = max(t.at, lead.changed_at) if lead else t.at
            masked_words = unnamed(t.opinion, words)
            share_supplement(
                t.data["passed_to"], of=number, words=masked_words, files=files, at=moment, via=via
            )
    return t.opinion


def share_supplement(
    number: str,
    *,
    by: User | Actor = SYSTEM,
    version: int | None = None,
    of: str,
    words: str,
    files: Iterable[Upload] = (),
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Add what the citizen of the opinion numbered `of`, which follows this one, has said. `words` hold neither that
    citizen's name nor a number, because this opinion is another citizen's, who is not shown it either."""
    with transition("share_supplement", number, by=by, version=version, at=at, via=via) as t:
        t.data, t.text = {"of": of}, words
        t.attach(files)
        _notify_of_addition(t, words)
    return t.opinion


def forget_passed_on(opinion: Opinion, *, at: datetime) -> None:
    """Erase the words and files of `opinion` also where they were passed on to. Call inside the transition that
    erases them."""
    rows = opinion.events.filter(action="supplement")
    leads = {event.data["passed_to"] for event in rows if "passed_to" in event.data}
    for event in Event.objects.filter(opinion__number__in=leads, action="share_supplement"):
        if event.data.get("of") != opinion.number:
            continue
        EventText.objects.filter(event=event, erased_at=None).update(text="", salt="", erased_at=at)
        delete_files(Attachment.objects.filter(opinion=event.opinion_id, sequence=event.sequence))
        forget(about=event.opinion.number, sequence=event.sequence)


def delete_files(attachments: QuerySet[Attachment]) -> int:
    """Delete the attachments; returns how many there were. Their files leave the disk when the transaction has
    committed."""
    files = [attachment.file for attachment in attachments]
    attachments.delete()
    delete_stored(files)
    return len(files)


def delete_stored(files: Iterable[FieldFile]) -> None:
    """Delete the files of rows that were deleted, when the transaction has committed."""
    for file in files:
        transaction.on_commit(partial(file.storage.delete, str(file.name)))


def _notify_of_addition(t: Transition, words: str) -> None:
    t.notify_staff(
        _at_work_on(t.opinion),
        _("More from the citizen: %(number)s"),
        _("To “%(title)s” the citizen adds: %(words)s"),
        words=words,
    )


def _at_work_on(opinion: Opinion) -> Iterable[User]:
    """Return who needs to know now: triage, then the agencies, after the answer also the clerks who bring it to the
    citizen."""
    if opinion.status == Status.REGISTERED:
        return officers_of(opinion.county_id)
    agencies = [opinion.lead_agency_id, *owing(opinion)]
    people = [user for agency in agencies for user in handlers_of(agency)]
    return people if opinion.status in WITH_AGENCY else [*people, *clerks_of(opinion)]


FIRST_WORD = _(
    "[%(office)s People's Congress] About what you told us on %(told)s the deputy says: %(note)s %(ask)s"
)


def explain(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    words: str,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Tell the citizen the deputy's own first word (代表说明), once: it explains and promises nothing, and neither the
    status nor a deadline changes. It stands on the progress page; its first words go out as a text message, except
    where the citizen is to be kept secret: everybody can read a locked screen."""
    with transition("explain", number, by=by, version=version, at=at, via=via) as t:
        t.opinion.deputy_spoke = t.opinion.events.filter(action="explain").exists()  # type: ignore[attr-defined]
        if refused := guards.first_word(t.opinion, t.today):
            raise Refused(refused)
        t.text = words
        if not t.opinion.keep_secret:
            facts = citizen_sms.facts(t.opinion) | {"note": words}
            t.notify_citizen(_("The deputy's word about %(number)s"), FIRST_WORD, **facts)
    return t.opinion


def note_progress(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    words: str,
    shown: bool = False,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Note how far the handling has come (办理进展); `shown` puts the text on the citizen's progress page too."""
    with transition("note_progress", number, by=by, version=version, at=at, via=via) as t:
        t.data, t.text = {"shown": shown}, words
    return t.opinion


def note_internally(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    words: str,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Keep a note for the staff alone: neither the progress page nor the citizen's copy shows it (内部备注)."""
    with transition("note_internally", number, by=by, version=version, at=at, via=via) as t:
        t.text = words
    return t.opinion

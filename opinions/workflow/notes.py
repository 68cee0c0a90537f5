"""What is added to an opinion on its way without moving it: more from the citizen, the agency's progress, and what the
staff tell each other."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import SYSTEM
from common.security.numbers import mask_numbers
from notifications.services import forget
from opinions.lifecycle.origins import WEB
from opinions.lifecycle.statuses import WITH_AGENCY, Status
from opinions.models import Attachment, Event, EventText, Opinion
from opinions.privacy.masking import without_name

from .batching import current_unit
from .joint import owing
from .recipients import clerks_of, handlers_of, officers_of
from .transition import lock, reuse_locked_rows, transition


def supplement(number, *, by, version=None, words, files=(), at=None, via=WEB) -> Opinion:
    """Add what the citizen says or sends later (补充情况); those who work on the opinion now are told. Added to one
    that was merged, it is passed on to the opinion that this one follows, and those who work on that are told."""
    files = list(files)
    with transaction.atomic(savepoint=current_unit() is None), reuse_locked_rows():
        # The one followed is locked first, as where its answer is passed on.
        if lead := Opinion.objects.filter(merged__number=number).values_list("number", flat=True).first():
            lead = lock(lead, SYSTEM)
        with transition("supplement", number, by=by, version=version, at=at, via=via) as t:
            t.text = words
            t.attach(files)
            if t.opinion.merged_into_id:
                t.data["passed_to"] = t.opinion.merged_into.number
            else:
                _tell_of(t, words)
        if "passed_to" in t.data:
            moment = max(t.at, lead.changed_at) if lead else t.at
            said = mask_numbers(without_name(t.opinion, words))
            share_supplement(t.data["passed_to"], of=number, words=said, files=files, at=moment, via=via)
    return t.opinion


def share_supplement(number, *, by=SYSTEM, version=None, of, words, files=(), at=None, via=WEB) -> Opinion:
    """Add what the citizen of the opinion numbered `of`, which follows this one, has said. `words` hold neither that
    citizen's name nor a number: this opinion is somebody else's. That somebody is not shown it."""
    with transition("share_supplement", number, by=by, version=version, at=at, via=via) as t:
        t.data, t.text = {"of": of}, words
        t.attach(files)
        _tell_of(t, words)
    return t.opinion


def forget_passed_on(opinion, *, at) -> None:
    """The words and files of `opinion` are erased: also where they were passed on to."""
    rows = opinion.events.filter(action="supplement")
    leads = {event.data["passed_to"] for event in rows if "passed_to" in event.data}
    for event in Event.objects.filter(opinion__number__in=leads, action="share_supplement"):
        if event.data.get("of") != opinion.number:
            continue
        EventText.objects.filter(event=event, erased_at=None).update(text="", salt="", erased_at=at)
        delete_files(Attachment.objects.filter(opinion=event.opinion_id, sequence=event.sequence))
        forget(about=event.opinion.number, sequence=event.sequence)


def delete_files(attachments) -> int:
    """How many there were. They leave the disk once this is sure."""
    files = [attachment.file for attachment in attachments]
    attachments.delete()
    for file in files:
        transaction.on_commit(lambda file=file: file.storage.delete(file.name))
    return len(files)


def _tell_of(t, words) -> None:
    t.notify_staff(
        _at_work_on(t.opinion),
        _("More from the citizen: %(number)s"),
        _("To “%(title)s” the citizen adds: %(words)s"),
        words=words,
    )


def _at_work_on(opinion):
    """Who needs to know now: triage, then the agencies, after the answer the clerks who bring it to the citizen too."""
    if opinion.status == Status.REGISTERED:
        return officers_of(opinion.county_id)
    agencies = [opinion.lead_agency_id, *owing(opinion)]
    people = [user for agency in agencies for user in handlers_of(agency)]
    return people if opinion.status in WITH_AGENCY else [*people, *clerks_of(opinion)]


def note_progress(number, *, by, version=None, words, shown=False, at=None, via=WEB) -> Opinion:
    """Say how far the handling has come (办理进展); `shown` puts the words on the citizen's progress page too."""
    with transition("note_progress", number, by=by, version=version, at=at, via=via) as t:
        t.data, t.text = {"shown": shown}, words
    return t.opinion


def note_internally(number, *, by, version=None, words, at=None, via=WEB) -> Opinion:
    """Keep a note for the staff alone: neither the progress page nor the citizen's copy shows it (内部备注)."""
    with transition("note_internally", number, by=by, version=version, at=at, via=via) as t:
        t.text = words
    return t.opinion

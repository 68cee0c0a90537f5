"""What is added to an opinion on its way without moving it: more from the citizen, the agency's progress, and what the
staff tell each other."""

from django.utils.translation import gettext_lazy as _

from opinions.lifecycle.origins import WEB
from opinions.lifecycle.statuses import WITH_AGENCY, Status
from opinions.models import Opinion

from .joint import owing
from .recipients import clerks_of, handlers_of, officers_of
from .transition import step


def supplement(number, *, by, version=None, words, files=(), at=None, via=WEB) -> Opinion:
    """Add what the citizen says or sends later (补充情况); those who work on the opinion now are told."""
    with step("supplement", number, by=by, version=version, at=at, via=via) as taken:
        taken.text = words
        taken.attach(files)
        taken.tell(
            _at_work_on(taken.opinion),
            _("More from the citizen: %(number)s"),
            _("To “%(title)s” the citizen adds: %(words)s"),
            words=words,
        )
    return taken.opinion


def _at_work_on(opinion):
    """Who needs to know now: triage, then the agencies, after the answer the clerks who bring it to the citizen too."""
    if opinion.status == Status.REGISTERED:
        return officers_of(opinion.county_id)
    agencies = [opinion.lead_agency_id, *owing(opinion)]
    people = [user for agency in agencies for user in handlers_of(agency)]
    return people if opinion.status in WITH_AGENCY else [*people, *clerks_of(opinion)]


def note_progress(number, *, by, version=None, words, shown=False, at=None, via=WEB) -> Opinion:
    """Say how far the handling has come (办理进展); `shown` puts the words on the citizen's progress page too."""
    with step("note_progress", number, by=by, version=version, at=at, via=via) as taken:
        taken.data, taken.text = {"shown": shown}, words
    return taken.opinion


def note_internally(number, *, by, version=None, words, at=None, via=WEB) -> Opinion:
    """Keep a note for the staff alone: neither the progress page nor the citizen's copy shows it (内部备注)."""
    with step("note_internally", number, by=by, version=version, at=at, via=via) as taken:
        taken.text = words
    return taken.opinion

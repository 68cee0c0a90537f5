"""What only imported opinions know: kept as an archive, and an import that is undone."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from opinions.lifecycle.origins import WEB
from opinions.models import Opinion
from opinions.workflow import letters

from . import deadlines, joint
from .transition import transition


def archive(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Keep an opinion of an office's former ledger, to which nothing was answered there, as an archive: nobody is to
    handle it, no deadline runs. It can be reconsidered later."""
    with transition("archive", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
    return opinion


def undo_import(
    number: str,
    *,
    by: User | Actor,
    version: int | None = None,
    at: datetime | None = None,
    via: str = WEB,
) -> Opinion:
    """Take an opinion back that an import has brought: it is handled no more and counts as not accepted. What it said
    stays in the ledger; its row of the former ledger can be imported again."""
    with transition("undo_import", number, by=by, version=version, at=at, via=via) as t:
        opinion = t.opinion
        letters.take_back(t, _("The import was undone."))
        joint.call_off(t)
        deadlines.clear_suspension(opinion)
        opinion.submission_key = None
    return opinion

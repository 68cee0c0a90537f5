"""The lists from which people choose a reason or a way of telling; their codes are kept in the ledger's data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

if TYPE_CHECKING:
    from studios.models import County


class DeclineReason(TextChoices):
    """Matters that are not accepted here. Source: the office's rules, docs/workflow.md."""

    LITIGATION = "litigation", _("it is a matter for the courts or already before one")
    ARBITRATION = "arbitration", _("administrative reconsideration or arbitration is open by law")
    PETITION = "petition", _("it is in, or by law belongs to, the petition procedure")
    DISCIPLINE = "discipline", _("it is a report of misconduct")
    OUTSIDE_AREA = "outside_area", _("it belongs to another area")
    NO_FACTS = "no_facts", _("it gives too little detail to be checked")
    REPEATED = "repeated", _("it was answered before and brings nothing new")


# Where to turn for each reason that has such a place; an officer may name a nearer one. The petitions office is that of
# the opinion's county.
DOORS = {
    DeclineReason.LITIGATION: _("the people's court that has jurisdiction (phone 12368)"),
    DeclineReason.ARBITRATION: _("the reconsideration authority or the arbitration commission"),
    DeclineReason.PETITION: _("the petitions office of %(county)s"),
    DeclineReason.DISCIPLINE: _("the discipline inspection and supervision authority (phone 12388)"),
    DeclineReason.OUTSIDE_AREA: _("the deputies' liaison studio of the place concerned"),
}
# The text message to the citizen, one whole sentence for each reason. Facts: those of workflow.citizen_sms and `door`.
TEXTS = {
    DeclineReason.LITIGATION: _(
        "[%(office)s People's Congress] What you told us on %(told)s is for a court to deal with; the studio cannot "
        "handle it for you. Please turn to the people's court or call 12368. %(note)s%(ask)s"
    ),
    DeclineReason.ARBITRATION: _(
        "[%(office)s People's Congress] For what you told us on %(told)s you can apply for administrative "
        "reconsideration or arbitration; the studio cannot handle it for you. We can tell you how to apply. "
        "%(note)s%(ask)s"
    ),
    DeclineReason.PETITION: _(
        "[%(office)s People's Congress] What you told us on %(told)s belongs to the petition procedure. Please ask: "
        "%(door)s. %(note)s%(ask)s"
    ),
    DeclineReason.DISCIPLINE: _(
        "[%(office)s People's Congress] Please report what you told us on %(told)s to the discipline inspection and "
        "supervision authority, phone 12388. We keep it secret. %(note)s%(ask)s"
    ),
    DeclineReason.OUTSIDE_AREA: _(
        "[%(office)s People's Congress] What you told us on %(told)s is not in our area. Please turn to: %(door)s. "
        "%(note)s%(ask)s"
    ),
    DeclineReason.NO_FACTS: _(
        "[%(office)s People's Congress] What you told us on %(told)s lacks the time, the place or what happened, and "
        "cannot be handled for now. Please tell us more. %(note)s%(ask)s"
    ),
    DeclineReason.REPEATED: _(
        "[%(office)s People's Congress] What you told us on %(told)s was answered before, and there is nothing new. "
        "Tell us again if something new happens. %(note)s%(ask)s"
    ),
}


def door_for(reason: str, county: County | str = "") -> str:
    """Return where to turn for `reason` (a DeclineReason), in the office's language, because it is sent to the
    citizen and kept in the ledger; empty where no other place is the right one. `county`: the opinion's, or its
    name."""
    with override(settings.LANGUAGE_CODE):
        named = str(county or _("the county"))
        return str(DOORS.get(DeclineReason(reason), "")) % {"county": named}


class HowTold(TextChoices):
    """How the citizen was told the result."""

    PHONE = "phone", _("phone")
    SMS = "sms", _("text message")
    VISIT = "visit", _("visit")
    LETTER = "letter", pgettext_lazy("way of telling", "letter")
    WEB = "web", _("web page")


class HowRated(TextChoices):
    """How the citizen's evaluation reached the office."""

    PHONE = "phone", _("phone")
    VISIT = "visit", _("visit")
    SMS = "sms", _("text message")
    PAPER = "paper", _("paper form")
    WEB = "web", _("web page")


class Satisfaction(TextChoices):
    """The three answers of an evaluation."""

    SATISFIED = "satisfied", _("satisfied")
    MOSTLY = "mostly", _("mostly satisfied")
    NOT = "not", _("not satisfied")

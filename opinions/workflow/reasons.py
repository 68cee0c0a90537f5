"""The lists from which people choose a reason, a way or a door; their codes stand in the ledger's data."""

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


class DeclineReason(TextChoices):
    """Matters that are not accepted here. Source: the office's rules, docs/workflow.md."""

    LITIGATION = "litigation", _("is for the courts, or already before one")
    ARBITRATION = "arbitration", _("is for administrative reconsideration or arbitration")
    PETITION = "petition", _("is a petition proper")
    DISCIPLINE = "discipline", _("is a report on the conduct of an official")
    OUTSIDE_AREA = "outside_area", _("belongs to another area")
    NO_FACTS = "no_facts", _("names no facts that could be looked into")
    REPEATED = "repeated", _("was answered before and brings nothing new")


# The right door for each reason; an officer may name a nearer one.
DOORS = {
    DeclineReason.LITIGATION: _("the people's court that has jurisdiction"),
    DeclineReason.ARBITRATION: _("the reconsideration authority or the arbitration commission"),
    DeclineReason.PETITION: _("the petitions office of the county"),
    DeclineReason.DISCIPLINE: _("the discipline inspection and supervision commission (phone 12388)"),
    DeclineReason.OUTSIDE_AREA: _("the deputies' liaison studio of the place concerned"),
    DeclineReason.NO_FACTS: _("this studio again, once time, place and facts are known"),
    DeclineReason.REPEATED: _("the answer given before; this studio again if something new happens"),
}


def door_for(reason: str) -> str:
    """The door that belongs to `reason`, in the office's language: it is told to the citizen and kept."""
    with override(settings.LANGUAGE_CODE):
        return str(DOORS[DeclineReason(reason)])


class HowTold(TextChoices):
    """HOW_TOLD: by which way the citizen was told the result."""

    PHONE = "phone", _("phone")
    SMS = "sms", _("text message")
    VISIT = "visit", _("visit")
    LETTER = "letter", _("letter")
    WEB = "web", _("web page")


class HowRated(TextChoices):
    """By which way the citizen's evaluation was taken."""

    PHONE = "phone", _("phone")
    VISIT = "visit", _("visit")
    SMS = "sms", _("text message")
    PAPER = "paper", _("paper form")
    WEB = "web", _("web page")

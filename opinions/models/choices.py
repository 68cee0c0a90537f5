"""The choices of an opinion's columns, each with its label."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """The way in which an opinion reached the office."""

    RECEPTION = "reception", _("reception at the studio")
    VISIT = "visit", _("household visit")
    SYMPOSIUM = "symposium", _("symposium")
    INSPECTION = "inspection", _("inspection")
    OPINION_BOX = "opinion_box", _("opinion box")
    PHONE = "phone", _("phone")
    SMS = "sms", _("text message")
    WEB = "web", _("web or QR code")
    LETTER = "letter", _("letter")
    TRANSFERRED = "transferred", _("transferred from 12345 or petitions")


class MatterType(TextChoices):
    """The kind of request; it decides the time limit."""

    ENQUIRY = "enquiry", _("enquiry")
    HELP = "help", _("help")
    COMPLAINT = "complaint", _("complaint")
    PROPOSAL = "proposal", _("proposal")


class Urgency(TextChoices):
    """Urgent opinions are triaged and merged with more care."""

    NORMAL = "normal", _("normal")
    URGENT = "urgent", _("urgent")


class Outcome(TextChoices):
    """How the matter ended, as deputies' proposals are classified."""

    A = "A", _("A: solved")
    B = "B", _("B: being solved")
    C = "C", _("C: planned")
    D = "D", _("D: noted or explained")

"""Deputies and their mandates; activities and who takes part in them."""

from .activities import Activity, Half, Kind, Participation, Room, State
from .announcements import MovedAnnouncement
from .people import Deputy, DeputyFormerTownship, Level, Mandate, PlannedTransition, Sex, Term

__all__ = [
    "Activity",
    "Deputy",
    "DeputyFormerTownship",
    "Half",
    "Kind",
    "Level",
    "Mandate",
    "MovedAnnouncement",
    "Participation",
    "PlannedTransition",
    "Room",
    "Sex",
    "State",
    "Term",
]

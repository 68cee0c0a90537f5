"""Opinion, its ledger, and the rows an office edits to steer the workflow."""

from .attachment import Attachment
from .category import Category, Responsibility
from .imports import Import
from .joint import JointPart
from .ledger import Event, EventText
from .limits import ClockLimit, LadderStep, LimitChange
from .opinion import NumberSeries, Opinion
from .words import Channel, MatterType, Outcome, Satisfaction, Urgency

__all__ = [
    "Attachment",
    "Category",
    "Channel",
    "ClockLimit",
    "Event",
    "EventText",
    "Import",
    "JointPart",
    "LadderStep",
    "LimitChange",
    "MatterType",
    "NumberSeries",
    "Opinion",
    "Outcome",
    "Responsibility",
    "Satisfaction",
    "Urgency",
]

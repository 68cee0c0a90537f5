"""Opinion, its ledger, and the rows an office edits to steer the workflow."""

from .bulk import BulkNotice, BulkTarget
from .category import Category, Responsibility
from .imports import Import
from .joint import JointPart
from .ladder import LadderChange, LadderStep
from .ledger import Event, EventText
from .limits import ClockLimit, LimitChange
from .notices import Notice
from .opinion import NumberSeries, Opinion
from .words import Channel, MatterType, Outcome, Satisfaction, Urgency

__all__ = [
    "BulkNotice",
    "BulkTarget",
    "Category",
    "Channel",
    "ClockLimit",
    "Event",
    "EventText",
    "Import",
    "JointPart",
    "LadderChange",
    "LadderStep",
    "LimitChange",
    "MatterType",
    "Notice",
    "NumberSeries",
    "Opinion",
    "Outcome",
    "Responsibility",
    "Satisfaction",
    "Urgency",
]

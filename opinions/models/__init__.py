"""Opinion, its ledger, and the rows an office edits to steer the workflow."""

from .attachment import Attachment
from .bulk import BulkNotice, BulkTarget
from .category import Category, Responsibility
from .imports import Import
from .joint import JointPart
from .ladder import LadderChange, LadderStep
from .learning import TrainedModel
from .ledger import Event, EventText
from .limits import ClockLimit, LimitChange
from .notices import Notice
from .opinion import NumberSeries, Opinion
from .receipt import Receipt
from .rounds import PastRound
from .routing import RoutingRule
from .signals import UrgentFlag, UrgentSignal
from .topics import AlikeKey, Proposal, Topic
from .words import Channel, MatterType, Outcome, Satisfaction, Urgency

__all__ = [
    "AlikeKey",
    "Attachment",
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
    "PastRound",
    "Proposal",
    "Receipt",
    "Responsibility",
    "RoutingRule",
    "Satisfaction",
    "Topic",
    "TrainedModel",
    "Urgency",
    "UrgentFlag",
    "UrgentSignal",
]

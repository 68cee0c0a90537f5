"""Opinion, its ledger, and the rows an office edits to steer the workflow."""

from .category import Category, Responsibility
from .imports import Import
from .joint import JointPart
from .learning import TrainedModel
from .ledger import Event, EventText
from .limits import ClockLimit, LadderStep, LimitChange
from .opinion import NumberSeries, Opinion
from .routing import RoutingRule
from .signals import UrgentFlag, UrgentSignal
from .topics import AlikeKey, Proposal, Topic
from .words import Channel, MatterType, Outcome, Satisfaction, Urgency

__all__ = [
    "AlikeKey",
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
    "Proposal",
    "Responsibility",
    "RoutingRule",
    "Satisfaction",
    "Topic",
    "TrainedModel",
    "Urgency",
    "UrgentFlag",
    "UrgentSignal",
]

"""Opinion, its ledger, and the rows an office edits to steer the workflow."""

from opinions.lifecycle.reasons import Satisfaction

from .attachment import Attachment
from .bulk_notices import BulkNotice, BulkTarget
from .category import Category, Responsibility
from .choices import Channel, MatterType, Outcome, Urgency
from .escalation import EscalationChange, EscalationLevel
from .imports import Import, ImportChoice
from .joint import JointPart
from .ledger import Event, EventText
from .notices import Notice
from .number_series import NumberSeries
from .opinion import Opinion
from .paper import Paper
from .planned_erasure import PlannedErasure
from .receipt import Receipt
from .rounds import PastRound
from .routing import RoutingRule
from .time_limits import TimeLimit, TimeLimitChange
from .topics import Proposal, SimilarityKey, Topic
from .trained_model import TrainedModel
from .urgent import UrgentFlag, UrgentSignal

__all__ = [
    "Attachment",
    "BulkNotice",
    "BulkTarget",
    "Category",
    "Channel",
    "EscalationChange",
    "EscalationLevel",
    "Event",
    "EventText",
    "Import",
    "ImportChoice",
    "JointPart",
    "MatterType",
    "Notice",
    "NumberSeries",
    "Opinion",
    "Outcome",
    "Paper",
    "PastRound",
    "PlannedErasure",
    "Proposal",
    "Receipt",
    "Responsibility",
    "RoutingRule",
    "Satisfaction",
    "SimilarityKey",
    "TimeLimit",
    "TimeLimitChange",
    "Topic",
    "TrainedModel",
    "Urgency",
    "UrgentFlag",
    "UrgentSignal",
]

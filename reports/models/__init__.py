from .frozen import (
    FrozenActivityFigure,
    FrozenDone,
    FrozenFigure,
    FrozenMonth,
    FrozenOpinion,
    counted_q,
    spelled,
)
from .report import Report

__all__ = [
    "FrozenActivityFigure",
    "FrozenDone",
    "FrozenFigure",
    "FrozenMonth",
    "FrozenOpinion",
    "Report",
    "counted_q",
    "spelled",
]

from .frozen import FrozenActivityFigure, FrozenFigure, FrozenMonth, FrozenOpinion, counted_q, spelled
from .report import Report

__all__ = [
    "FrozenActivityFigure",
    "FrozenFigure",
    "FrozenMonth",
    "FrozenOpinion",
    "Report",
    "counted_q",
    "spelled",
]

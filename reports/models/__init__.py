from .frozen import (
    FrozenActivityFigure,
    FrozenDone,
    FrozenFigure,
    FrozenMonth,
    FrozenOpinion,
    counted_q,
    spelled,
)
from .report import Report, file_name

__all__ = [
    "FrozenActivityFigure",
    "FrozenDone",
    "FrozenFigure",
    "FrozenMonth",
    "FrozenOpinion",
    "Report",
    "counted_q",
    "file_name",
    "spelled",
]

from .frozen import FrozenFigure, FrozenMonth, FrozenOpinion, counted_q, spelled
from .report import Report

__all__ = ["FrozenFigure", "FrozenMonth", "FrozenOpinion", "Report", "counted_q", "spelled"]

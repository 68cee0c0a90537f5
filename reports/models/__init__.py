from .frozen import FrozenFigure, FrozenMonth, FrozenOpinion
from .report import Report

__all__ = ["FrozenFigure", "FrozenMonth", "FrozenOpinion", "Report"]

"""Official letters, and what an office sets for them."""

from .draft import Draft
from .letter import FROZEN, Letter, State
from .office import Kind, Organ, Series, Template

__all__ = ["FROZEN", "Draft", "Kind", "Letter", "Organ", "Series", "State", "Template"]

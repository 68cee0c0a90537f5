"""Official letters, and what an office sets for them."""

from .letter import FROZEN, Letter, State
from .office import Kind, Organ, Series, Template

__all__ = ["FROZEN", "Kind", "Letter", "Organ", "Series", "State", "Template"]

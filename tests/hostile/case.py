"""One hostile case: what is sent, and what its sender is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """`told`: words of the answer as its reader sees them; "" where the sender simply gets what was asked for."""

    name: str
    made: Callable[..., Any]
    status: int = 422
    told: str = ""

    def __str__(self):
        return self.name

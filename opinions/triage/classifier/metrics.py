"""Figures on how good a classifier is: macro-F1, each label, and how much it may decide alone and how well."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class OfLabel:
    """Figures of one label."""

    label: str
    examples: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Figures:
    """`coverage`: the share at or above the threshold; `precision`: how often the model was right on those."""

    examples: int
    macro_f1: float
    accuracy: float
    threshold: float
    coverage: float
    precision: float
    labels: list[OfLabel]

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON can hold them."""
        return asdict(self)


def measure(
    labels: list[str], answers: Any, confidences: np.ndarray, threshold: float, *, strange: int = 0
) -> Figures:
    """Compare the `confidences` (example, label) of a model with the `answers`: the index of each right label, -1 for
    one that the model does not have. Each of the `strange` labels so marked counts as missed in the macro-F1."""
    answers, said = np.asarray(answers), confidences.argmax(axis=1)
    right = said == answers
    alone = confidences.max(axis=1) >= threshold
    rows = [_of(label, said == place, answers == place) for place, label in enumerate(labels)]
    told = [row for row in rows if row.examples]
    return Figures(
        examples=len(answers),
        macro_f1=_share(sum(row.f1 for row in told), len(told) + strange),
        accuracy=_share(right.sum(), len(answers)),
        threshold=round(float(threshold), 4),
        coverage=_share(alone.sum(), len(answers)),
        precision=_share(right[alone].sum(), alone.sum()),
        labels=rows,
    )


def _of(label: str, said: np.ndarray, meant: np.ndarray) -> OfLabel:
    hits = (said & meant).sum()
    precision, recall = _share(hits, said.sum()), _share(hits, meant.sum())
    return OfLabel(label, int(meant.sum()), precision, recall, _share(2 * hits, said.sum() + meant.sum()))


def _share(part: Any, whole: Any) -> float:
    return round(float(part / whole), 4) if whole else 0.0

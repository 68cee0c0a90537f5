"""The judgement: which label a title and a body point to, how surely, and which words say so. Needs NumPy only."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from .ngrams import ngrams

OFFERED = 3
WORDS, LOOKED_AT = 5, 60
TITLE_WEIGHT = 1.0  # a title says as much as a whole body


@dataclass(frozen=True)
class Calibration:
    """`sharpness` turns scores into confidences; from `threshold` on the model may decide alone (above 1: never)."""

    sharpness: float
    threshold: float

    def confidences(self, scores: np.ndarray) -> np.ndarray:
        scaled = self.sharpness * scores
        powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)


@dataclass(frozen=True)
class Judgement:
    """`offered`: the likeliest labels with their confidences, best first. `words` decided for the first."""

    offered: list[tuple[str, float]]
    words: list[str]
    sure: bool

    @property
    def label(self) -> str:
        return self.offered[0][0]

    @property
    def confidence(self) -> float:
        return self.offered[0][1]


@dataclass(frozen=True)
class Model:
    """`grams`: the runs of characters that are known; `idf`: how rare each is; `weights`: a row for each run, a
    column for each label."""

    labels: list[str]
    grams: list[str]
    idf: np.ndarray
    weights: np.ndarray
    intercept: np.ndarray
    calibration: Calibration
    index: dict = field(init=False, repr=False)

    def __post_init__(self):
        object.__setattr__(self, "index", {gram: place for place, gram in enumerate(self.grams)})

    def confidences(self, title: str, body: str) -> np.ndarray:
        return self._confidences(*self._read(title, body))

    def judge(self, title: str, body: str) -> Judgement:
        places, values = self._read(title, body)
        confidences = self._confidences(places, values)
        best = np.argsort(-confidences)[:OFFERED]
        offered = [(self.labels[label], round(float(confidences[label]), 4)) for label in best]
        return Judgement(
            offered=offered,
            words=self._words(places, values, best),
            sure=bool(confidences[best[0]] >= self.calibration.threshold),
        )

    def _confidences(self, places, values) -> np.ndarray:
        return self.calibration.confidences(values @ self.weights[places] + self.intercept)

    def _read(self, title, body) -> tuple[np.ndarray, np.ndarray]:
        """The places of the known runs and their weights, of length one together."""
        parts = [(places, share * values) for share, (places, values) in
                 ((TITLE_WEIGHT, self._part(title)), (1, self._part(body)))]  # fmt: skip
        places, inverse = np.unique(np.concatenate([places for places, _ in parts]), return_inverse=True)
        values = np.bincount(inverse, np.concatenate([values for _, values in parts]), len(places))
        return places, (values / (np.linalg.norm(values) or 1)).astype(np.float32)

    def _part(self, text) -> tuple[np.ndarray, np.ndarray]:
        """(1 + ln count) × rarity of each known run of the title or of the body, of length one."""
        counts = Counter(place for gram in ngrams(text) if (place := self.index.get(gram)) is not None)
        places = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        counted = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1 + np.log(counted)) * self.idf[places]
        return places, values / (np.linalg.norm(values) or 1)

    def _words(self, places, values, best) -> list[str]:
        """The runs of two characters and more that spoke most for the first label and against the next."""
        lead = self.weights[places, best[0]] - (self.weights[places, best[1]] if len(best) > 1 else 0)
        spoke = values * lead
        chosen: list[str] = []
        for place in np.argsort(-spoke)[:LOOKED_AT]:
            gram = self.grams[places[place]]
            if spoke[place] <= 0 or len(chosen) == WORDS:
                break
            if len(gram) > 1 and gram.isalnum() and not any(gram in w or w in gram for w in chosen):
                chosen.append(gram)
        return chosen

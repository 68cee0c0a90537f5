"""The model: which label a title and a body point to, how surely, and by which words. Needs NumPy only."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .ngrams import LONGEST, READ, plain, runs

OFFERED = 3
WORDS, LOOKED_AT = 5, 12  # words named, joined from so many pairs of characters
TITLE_WEIGHT = 1.0  # a title says as much as a whole body


@dataclass(frozen=True)
class Calibration:
    """`sharpness` turns scores into confidences; from `threshold` on the model may decide alone (above 1: never)."""

    sharpness: float
    threshold: float

    def confidences(self, scores: np.ndarray) -> np.ndarray:
        """Return scores as confidences, which add up to 1 along the last axis."""
        scaled = self.sharpness * scores
        powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)


@dataclass(frozen=True)
class Judgement:
    """The answer of a model. `offered`: the likeliest labels with their confidences, best first. `words` decided for
    the first."""

    offered: list[tuple[str, float]]
    words: list[str]
    sure: bool

    @property
    def label(self) -> str:
        """The likeliest label."""
        return self.offered[0][0]

    @property
    def confidence(self) -> float:
        """The confidence in the likeliest label."""
        return self.offered[0][1]


@dataclass(frozen=True)
class Model:
    """A linear classifier. `grams`: the runs of characters that are known, in order; `idf`: how rare each is;
    `weights`: a row for each run, a column for each label."""

    labels: list[str]
    grams: np.ndarray
    idf: np.ndarray
    weights: np.ndarray
    intercept: np.ndarray
    calibration: Calibration

    def confidences(self, title: str, body: str) -> np.ndarray:
        """Return the confidence in each label, in the order of `labels`."""
        return self._confidences(*self._read(title, body))

    def judge(self, title: str, body: str) -> Judgement:
        """Return the likeliest labels, the words that decided, and if the model may decide alone."""
        places, values = self._read(title, body)
        confidences = self._confidences(places, values)
        best = np.argsort(-confidences)[:OFFERED]
        offered = [(self.labels[label], round(float(confidences[label]), 4)) for label in best]
        return Judgement(
            offered=offered,
            words=self._words(f"{plain(title)}\n{plain(body)[:READ]}", places, values, best),
            sure=bool(confidences[best[0]] >= self.calibration.threshold),
        )

    def _confidences(self, places: np.ndarray, values: np.ndarray) -> np.ndarray:
        return self.calibration.confidences(values @ self.weights[places] + self.intercept)

    def _read(self, title: str, body: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the places of the known runs and their weights, normalised to length one."""
        parts = [(places, share * values) for share, (places, values) in
                 ((TITLE_WEIGHT, self._part(title)), (1, self._part(body)))]  # fmt: skip
        places, inverse = np.unique(np.concatenate([places for places, _ in parts]), return_inverse=True)
        values = np.bincount(inverse, np.concatenate([values for _, values in parts]), len(places))
        return places, (values / (np.linalg.norm(values) or 1)).astype(np.float32)

    def _part(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the known runs of the title or of the body and their weights, (1 + ln count) × rarity, of length
        one."""
        found, counts = np.unique(runs(text), return_counts=True)
        places = np.minimum(np.searchsorted(self.grams, found), len(self.grams) - 1)
        known = self.grams[places] == found
        places = places[known]
        values = (1 + np.log(counts[known])) * self.idf[places]
        return places, values / (np.linalg.norm(values) or 1)

    def _words(self, text: str, places: np.ndarray, values: np.ndarray, best: np.ndarray) -> list[str]:
        """Return the words that counted most for the first label and against the next: bigrams that did, joined where
        they overlap in the text."""
        lead = self.weights[places, best[0]] - (self.weights[places, best[1]] if len(best) > 1 else 0)
        weight = dict(zip(self.grams[places].tolist(), (values * lead).tolist(), strict=True))
        counts = {pair: weight.get(int(runs(pair)[-1]), 0) for pair in _pairs(text)}
        heaviest = sorted(
            (pair for pair in counts if counts[pair] > 0), key=counts.__getitem__, reverse=True
        )[:LOOKED_AT]
        words = _joined(text, {pair: counts[pair] for pair in heaviest})
        chosen: list[str] = []
        for word in sorted(words, key=words.__getitem__, reverse=True):
            if len(chosen) < WORDS and not any(word in other or other in word for other in chosen):
                chosen.append(word)
        return chosen


def _pairs(text: str) -> set[str]:
    pairs = {text[i : i + LONGEST] for i in range(len(text) - 1)}
    return {pair for pair in pairs if pair.isalnum()}


def _joined(text: str, weight: Mapping[str, float]) -> dict[str, float]:
    """Return the stretches of the text that these bigrams cover, each with the sum of its bigrams' weights."""
    words, start = defaultdict(float), None
    for place in range(len(text)):
        if text[place : place + LONGEST] in weight:
            start = place if start is None else start
        elif start is not None:
            word = text[start : place + 1]
            words[word] = sum(weight[word[i : i + LONGEST]] for i in range(len(word) - 1))
            start = None
    return words

"""Training of the classifier: runs of characters weighted by rarity, and an ensemble of three linear models.

A support vector machine over log-count ratios (NB-SVM), a logistic regression over what runs that occur in the same
messages have in common (LSA), and a complement naive Bayes: all are sums over the same runs, so that their vote is
again one table of weights. Confidences and the threshold come from out-of-fold scores: scores of messages the model was
not trained on, nor on any near-duplicate of them. So the threshold keeps what it promises on messages nobody has seen.
ADR 0021.
"""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.naive_bayes import ComplementNB
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC
from sklearn.utils.extmath import randomized_svd
from threadpoolctl import threadpool_limits

from .metrics import Figures, measure
from .model import TITLE_WEIGHT, Calibration, Model
from .near_duplicates import near_duplicates
from .ngrams import lengths
from .training_data import Example
from .vectorizer import counted

FOLDS = 5
RAREST = 2  # a run that stood in fewer messages teaches nothing about others
TOLERANCE = 1e-2
ABSENT = -3.0  # the score of a label that was not shown
FEWEST = 5  # examples of a label: with fewer it is offered by nobody
SLACK = 1.0  # how strictly the machine separates what it was taught (C)
SMOOTHING, MOST_RATIO = 0.05, 4.0  # of the log-count ratios: no run says more than e⁴ to 1
THEMES, THEMES_SLACK, ROUNDS = 500, 50.0, 1_000  # of the logistic regression
FREQUENT = 5  # messages in which a run must stand to be part of a theme
BAYES_SMOOTHING = 0.1
SHARES = np.array([0.5, 0.3, 0.2])  # of the three in the vote
NEVER = 2.0  # a threshold no confidence reaches
FEWEST_SURE = 50  # out-of-fold messages on which a precision is believed
CAREFUL = 2.33  # standard errors below what was seen: the promise must hold with 99 % certainty
SHARPNESS = np.geomspace(0.3, 40, 60)


class TooFew(Exception):
    """There are too few examples to train on."""


# The other cores are the office's; and small matrices gain nothing from them.
@threadpool_limits.wrap(limits=1)
def train(
    examples: list[Example], *, precision: float, say: Callable[[int], object] = lambda percent: None
) -> tuple[Model, Figures]:
    """Train a model; returns it with its out-of-fold figures. `precision` is what the model must keep where it decides
    alone; `say` is called with the progress in percent. Raises TooFew when fewer than two labels have FEWEST
    examples."""
    counts = Counter(example.label for example in examples)
    examples = [example for example in examples if counts[example.label] >= FEWEST]
    labels = sorted({example.label for example in examples})
    if len(labels) < 2:
        raise TooFew
    grams, idf, rows = _read(examples)
    answers = np.array([labels.index(example.label) for example in examples])
    say(10)
    ensemble = Ensemble(rows, grams, len(labels))
    say(25)
    votes = _out_of_fold(ensemble, near_duplicates(examples), answers, say)
    shares = SHARES * [_sharpness(scores, answers) for scores in votes]
    scores = np.tensordot(shares, votes, 1)
    calibration = _calibrated(scores, answers, precision)
    weights, intercept = ensemble.fitted(np.arange(len(answers)), answers)
    say(100)
    model = Model(labels, grams, idf, np.tensordot(shares, weights, 1), shares @ intercept, calibration)
    return model, measure(labels, answers, calibration.confidences(scores), calibration.threshold)


def _read(examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray, csr_matrix]:
    """Return the runs that are known, how rare each is, and the messages as rows of length one."""
    counts, grams = counted([*(e.title for e in examples), *(e.body for e in examples)])
    whole = counts[: len(examples)] + counts[len(examples) :]
    known = np.flatnonzero(np.bincount(whole.indices, minlength=whole.shape[1]) >= RAREST)
    weighting = TfidfTransformer(sublinear_tf=True).fit(whole[:, known])
    titles = weighting.transform(counts[: len(examples), known])
    bodies = weighting.transform(counts[len(examples) :, known])
    rows = normalize((TITLE_WEIGHT * titles + bodies).tocsr(), copy=False)
    return grams[known], weighting.idf_.astype(np.float32), rows


class Ensemble:
    """The three models, to be fitted on any of the rows: each is a table of weights and an intercept for each label.

    The themes are computed from all rows: that needs no answers, so none leak.
    """

    def __init__(self, rows: csr_matrix, grams: np.ndarray, labels: int) -> None:
        self.rows, self.labels = rows, labels
        self.pairs = lengths(grams) == 2
        self.frequent = np.bincount(rows.indices, minlength=rows.shape[1]) >= FREQUENT
        frequent = rows[:, self.frequent]
        themes = min(THEMES, min(frequent.shape) - 1)
        self.themes = randomized_svd(frequent, themes, n_iter=2, random_state=0)[2].T
        self.theme_rows = frequent @ self.themes

    def fitted(self, shown: np.ndarray, answers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return weights (model, run, label) and intercepts (model, label), fitted on the rows `shown`; a label that
        does not occur among them is all but ruled out."""
        known = np.unique(answers)
        weights = np.zeros((len(SHARES), self.rows.shape[1], self.labels), dtype=np.float32)
        intercept = np.full((len(SHARES), self.labels), ABSENT, dtype=np.float32)
        rows = self.rows[shown]
        fitted = [_ratios(rows, answers, known), self._themes(shown, answers), self._bayes(rows, answers)]
        for machine, (table, base) in enumerate(fitted):
            weights[machine][:, known], intercept[machine][known] = table, base
        return weights, intercept

    def _themes(self, shown: np.ndarray, answers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        regression = LogisticRegression(C=THEMES_SLACK, max_iter=ROUNDS, class_weight="balanced")
        regression.fit(self.theme_rows[shown], answers)
        column, base = regression.coef_, regression.intercept_
        if len(column) == 1:  # of two labels it keeps the difference
            column, base = np.vstack([-column, column]) / 2, np.concatenate([-base, base]) / 2
        table = np.zeros((self.rows.shape[1], len(column)), dtype=np.float32)
        table[self.frequent] = self.themes @ column.T
        return table, base

    def _bayes(self, rows: csr_matrix, answers: np.ndarray) -> tuple[np.ndarray, float]:
        """Fit on bigrams alone: runs that overlap would count one word twice, and its vote differs more this way."""
        log_probabilities = (
            ComplementNB(alpha=BAYES_SMOOTHING).fit(rows[:, self.pairs], answers).feature_log_prob_.T
        )
        table = np.zeros((rows.shape[1], log_probabilities.shape[1]), dtype=np.float32)
        table[self.pairs] = log_probabilities
        table[self.pairs] -= table[self.pairs].mean(axis=1, keepdims=True)
        return table, 0


def _ratios(rows: csr_matrix, answers: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    columns, bases = zip(*(_against_the_rest(rows, answers == label) for label in known), strict=True)
    return np.stack(columns, axis=1), np.array(bases)


def _against_the_rest(rows: csr_matrix, mine: np.ndarray) -> tuple[np.ndarray, float]:
    """Fit the model that separates this label from the others by the log-count ratio of every run."""
    here, there = (np.asarray(rows[which].sum(axis=0)).ravel() + SMOOTHING for which in (mine, ~mine))
    ratio = np.log((here / here.sum()) / (there / there.sum())).clip(-MOST_RATIO, MOST_RATIO)
    weighted = rows.copy()
    weighted.data *= ratio.astype(np.float32)[rows.indices]
    machine = LinearSVC(C=SLACK, tol=TOLERANCE, class_weight="balanced", random_state=0).fit(weighted, mine)
    return ratio * machine.coef_[0], machine.intercept_[0]


def _out_of_fold(
    ensemble: Ensemble, groups: np.ndarray, answers: np.ndarray, say: Callable[[int], object]
) -> np.ndarray:
    """Return the scores (model, message, label) of messages in folds that the model was not fitted on."""
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    votes = np.zeros((len(SHARES), len(answers), ensemble.labels), dtype=np.float32)
    for done, (shown, held_back) in enumerate(folds.split(answers, answers, groups), start=1):
        weights, intercept = ensemble.fitted(shown, answers[shown])
        for vote, table, base in zip(votes, weights, intercept, strict=True):
            vote[held_back] = ensemble.rows[held_back] @ table + base
        say(25 + 12 * done)
    return votes


def _sharpness(scores: np.ndarray, answers: np.ndarray) -> float:
    """Return the factor for the scores at which the right answers are likeliest."""
    places = np.arange(len(answers))

    def unlikely(sharpness: float) -> float:
        right = Calibration(sharpness, NEVER).confidences(scores)[places, answers]
        return -np.log(np.maximum(right, 1e-9)).mean()

    return float(min(SHARPNESS, key=unlikely))


def _calibrated(scores: np.ndarray, answers: np.ndarray, precision: float) -> Calibration:
    """Return the calibration whose threshold is the confidence from which the answers are right in `precision` of the
    cases, chance allowed for."""
    sharpness = _sharpness(scores, answers)
    confidences = Calibration(sharpness, NEVER).confidences(scores)
    best = confidences.max(axis=1)
    right = confidences.argmax(axis=1) == answers
    order = np.argsort(-best)
    counts = np.arange(1, len(order) + 1)
    share = np.cumsum(right[order]) / counts
    holds = share - CAREFUL * np.sqrt(share * (1 - share) / counts) >= precision
    last = np.flatnonzero(holds)[-1] if holds.any() else -1
    return Calibration(sharpness, float(best[order[last]]) if last >= FEWEST_SURE - 1 else NEVER)

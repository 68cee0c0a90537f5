"""How the classifier is made: runs of characters weighted by rarity, and two linear machines that vote.

A support vector machine over log-count ratios (NB-SVM) and a complement naive Bayes: both are sums over the same
runs, so that their vote is again one table of weights. Confidences and the threshold come from out-of-fold scores:
what the model says of messages it was not shown, nor any near-duplicate of them. So the threshold keeps what it
promises on messages nobody has seen. ADR 0021.
"""

from collections import Counter

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.naive_bayes import ComplementNB
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from .examples import Example
from .figures import Figures, measure
from .grouping import near_duplicates
from .model import TITLE_WEIGHT, Calibration, Model
from .ngrams import ngrams

FOLDS = 5
RAREST = 2  # a run that stood in fewer messages teaches nothing about others
TOLERANCE = 1e-2
ABSENT = -3.0  # the score of a label that was not shown
FEWEST = 5  # examples of a label: with fewer it is offered by nobody
SLACK = 1.0  # how strictly the machine separates what it was taught (C)
SMOOTHING, MOST_RATIO = 0.05, 4.0  # of the log-count ratios: no run says more than e⁴ to 1
BAYES_SMOOTHING, BAYES_SHARE = 0.1, 0.7  # its scores are spread as wide as this, the machine's about 0.6
NEVER = 2.0  # a threshold no confidence reaches
FEWEST_SURE = 50  # out-of-fold messages on which a precision is believed
CAREFUL = 2.33  # standard errors below what was seen: the promise must hold with 99 % certainty
SHARPNESS = np.geomspace(0.5, 20, 40)


class TooFew(Exception):
    """There is not enough to learn from."""


def train(examples: list[Example], *, precision: float, say=lambda percent: None) -> tuple[Model, Figures]:
    """The model, and its figures on what it was not shown. `say` hears how far it is, in percent."""
    counted = Counter(example.label for example in examples)
    examples = [example for example in examples if counted[example.label] >= FEWEST]
    labels = sorted({example.label for example in examples})
    if len(labels) < 2:
        raise TooFew
    grams, idf, rows, titles = _read(examples)
    answers = np.array([labels.index(example.label) for example in examples])
    say(25)
    pairs = np.array([len(gram) == 2 for gram in grams])
    groups = near_duplicates(rows, titles, grams)
    scores = _out_of_fold(rows, pairs, groups, answers, len(labels), say)
    calibration = _calibrated(scores, answers, precision)
    weights, intercept = _fitted(rows, pairs, answers, len(labels))
    say(100)
    model = Model(labels, grams, idf, weights, intercept, calibration)
    return model, measure(labels, answers, calibration.confidences(scores), calibration.threshold)


def _read(examples):
    """The runs that are known, how rare each is, and the rows of length one: whole messages, and titles alone. A run
    that stood in fewer than RAREST messages teaches nothing about others."""
    counter = CountVectorizer(analyzer=ngrams, min_df=RAREST, dtype=np.float32)
    counts = counter.fit_transform([*(e.title for e in examples), *(e.body for e in examples)])
    whole = counts[: len(examples)] + counts[len(examples) :]
    known = np.flatnonzero(np.bincount(whole.indices, minlength=whole.shape[1]) >= RAREST)
    titles, bodies = counts[: len(examples), known], counts[len(examples) :, known]
    weighting = TfidfTransformer(sublinear_tf=True).fit(whole[:, known])
    titles, bodies = weighting.transform(titles), weighting.transform(bodies)
    rows = normalize((TITLE_WEIGHT * titles + bodies).tocsr(), copy=False)
    return counter.get_feature_names_out()[known].tolist(), weighting.idf_.astype(np.float32), rows, titles


def _fitted(rows, pairs, answers, labels) -> tuple[np.ndarray, np.ndarray]:
    """One column of weights and an intercept for each label, also for those these rows know nothing of. Bayes reads
    pairs of characters alone: runs that overlap would count one word twice, and its vote differs more this way."""
    weights = np.zeros((rows.shape[1], labels), dtype=np.float32)
    intercept = np.full(labels, ABSENT, dtype=np.float32)
    known = np.unique(answers)
    bayes = np.zeros((rows.shape[1], len(known)), dtype=np.float32)
    bayes[pairs] = ComplementNB(alpha=BAYES_SMOOTHING).fit(rows[:, pairs], answers).feature_log_prob_.T
    bayes[pairs] -= bayes[pairs].mean(axis=1, keepdims=True)
    bayes *= BAYES_SHARE / ((rows @ bayes).std() or 1)
    for place, label in enumerate(known):
        ratio, (column, base) = _against_the_rest(rows, answers == label)
        weights[:, label] = ratio * column + bayes[:, place]
        intercept[label] = base
    return weights, intercept


def _against_the_rest(rows, mine):
    """The log-count ratio of every run, and the machine that separates this label from the others by it."""
    here, there = (np.asarray(rows[which].sum(axis=0)).ravel() + SMOOTHING for which in (mine, ~mine))
    ratio = np.log((here / here.sum()) / (there / there.sum())).clip(-MOST_RATIO, MOST_RATIO)
    weighted = rows.copy()
    weighted.data *= ratio.astype(np.float32)[rows.indices]
    machine = LinearSVC(C=SLACK, tol=TOLERANCE).fit(weighted, mine)
    return ratio, (machine.coef_[0], machine.intercept_[0])


def _out_of_fold(rows, pairs, groups, answers, labels, say) -> np.ndarray:
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    scores = np.zeros((rows.shape[0], labels), dtype=np.float32)
    for done, (shown, held_back) in enumerate(folds.split(rows, answers, groups), start=1):
        weights, intercept = _fitted(rows[shown], pairs, answers[shown], labels)
        scores[held_back] = rows[held_back] @ weights + intercept
        say(25 + 12 * done)
    return scores


def _calibrated(scores, answers, precision) -> Calibration:
    """The sharpness under which the right answers were likeliest, and from which confidence on they are right in
    `precision` of the cases, chance allowed for."""
    places = np.arange(len(answers))

    def unlikely(sharpness):
        right = Calibration(sharpness, NEVER).confidences(scores)[places, answers]
        return -np.log(np.maximum(right, 1e-9)).mean()

    sharpness = float(min(SHARPNESS, key=unlikely))
    confidences = Calibration(sharpness, NEVER).confidences(scores)
    best = confidences.max(axis=1)
    right = confidences.argmax(axis=1) == answers
    order = np.argsort(-best)
    taken = np.arange(1, len(order) + 1)
    share = np.cumsum(right[order]) / taken
    kept = share - CAREFUL * np.sqrt(share * (1 - share) / taken) >= precision
    last = np.flatnonzero(kept)[-1] if kept.any() else -1
    return Calibration(sharpness, float(best[order[last]]) if last >= FEWEST_SURE - 1 else NEVER)

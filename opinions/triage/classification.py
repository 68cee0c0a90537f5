"""The category of an opinion, explained word by word: chosen by a person, else by the model in force, else by keywords.
When none is sure, a person decides and is offered the likeliest.

The model decides alone above the confidence that kept its promised precision (ADR 0021). Keywords are sure when the
best category outweighs the next by TRIAGE_CONFIDENCE; they count only where no model is in force.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from opinions.models import Category, Opinion, TrainedModel
from opinions.triage.classifier import versions
from opinions.triage.classifier.model import Model

TITLE_WEIGHT, BODY_WEIGHT = 3, 1
OFFERED = 3


@dataclass(frozen=True)
class Classification:
    """`why` goes into the ledger: the rule or model, the words that decided, the confidence (0 to 1). `offered`:
    the likeliest categories with their confidences, best first."""

    category: Category | None
    confidence: float
    why: dict[str, Any]
    sure: bool = False
    offered: list[tuple[Category, float]] = field(default_factory=list)


class Classifier:
    """Keywords and models fetched once, to classify the opinions of `counties`: two queries."""

    def __init__(self, counties: Iterable[str]) -> None:
        self.categories = Category.objects.filter(active=True).in_bulk()
        self.with_keywords = [c for c in self.categories.values() if c.keywords]
        self.models = versions.in_force({code[:4] for code in counties})

    def classify(self, opinion: Opinion) -> Classification:
        """Return the classification of one opinion. A category chosen by a person at the desk is certain."""
        if opinion.category is not None:
            why = {"rule": "chosen", "confidence": 1.0}
            return Classification(opinion.category, 1.0, why, sure=True, offered=[(opinion.category, 1.0)])
        found = self.models.get(opinion.county_id[:4])
        return (self._learned(opinion, *found) if found else None) or by_keywords(opinion, self.with_keywords)

    def _learned(self, opinion: Opinion, row: TrainedModel, model: Model) -> Classification | None:
        judged = model.judge(*opinion.words_for_rules)
        offered = [(self.categories[c], share) for c, share in judged.offered if c in self.categories]
        if not offered:
            return None  # all it knows has gone out of use
        category, confidence = offered[0]
        why = {
            "rule": "model",
            "version": row.number,
            "words": judged.words,
            "category": category.name,
            "confidence": round(confidence, 3),
        }
        return Classification(
            category, confidence, why, judged.sure and category.code == judged.label, offered
        )


def keyword_categories() -> list[Category]:
    """Return the categories in use that any word points to; fetch once to classify many opinions."""
    return list(Category.objects.filter(active=True).exclude(keywords=""))


def classify(opinion: Opinion) -> Classification:
    """Return the classification of one opinion; use Classifier for many."""
    return Classifier([opinion.county_id]).classify(opinion)


def by_keywords(opinion: Opinion, categories: Iterable[Category]) -> Classification:
    """Classify by the words of the category tree."""
    found = words_found(*opinion.words_for_rules, categories)
    scores = {code: sum(words.values()) for code, (_category, words) in found.items()}
    ranked = sorted(scores, key=lambda code: (-scores[code], code))
    if not ranked:
        return Classification(None, 0.0, {"rule": "keywords", "confidence": 0.0})
    best = ranked[0]
    # What points elsewhere counts against it; the same branch of the tree does not.
    rival = max((scores[code] for code in ranked[1:] if code[:2] != best[:2]), default=0)
    confidence = round(scores[best] / (scores[best] + rival + 1), 3)
    category, words = found[best]
    why = {"rule": "keywords", "words": sorted(words), "category": category.name, "confidence": confidence}
    total = sum(scores.values()) + 1
    offered = [(found[code][0], round(scores[code] / total, 3)) for code in ranked[:OFFERED]]
    return Classification(category, confidence, why, confidence >= settings.TRIAGE_CONFIDENCE, offered)


def words_found(
    title: str, body: str, categories: Iterable[Category]
) -> dict[str, tuple[Category, dict[str, int]]]:
    """Return, for each category that a word points to, the category and the words found, each with its weight."""
    found: dict[str, tuple[Category, dict[str, int]]] = {}
    for category in categories:
        words = {}
        for word in category.keywords.split():
            weight = TITLE_WEIGHT * (word in title) + BODY_WEIGHT * (word in body)
            if weight:
                words[word] = weight
        if words:
            found[category.code] = (category, words)
    return found

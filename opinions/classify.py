"""Triage by rule, explainable word by word: keywords point to a category, the county says whose matter that is.

A verdict is sure when the best category outweighs the next by TRIAGE_CONFIDENCE; otherwise a person decides.
"""

from dataclasses import dataclass

from django.conf import settings

from opinions.models import Category, Responsibility
from studios.models import Agency

TITLE_WEIGHT, BODY_WEIGHT = 3, 1


@dataclass(frozen=True)
class Verdict:
    """`why` goes into the ledger: the rule, the words that decided, the confidence (0 to 1)."""

    category: Category | None
    confidence: float
    why: dict

    @property
    def sure(self) -> bool:
        return self.category is not None and self.confidence >= settings.TRIAGE_CONFIDENCE


def keyword_categories() -> list[Category]:
    """The categories in use that any word points to; fetch once to judge many opinions."""
    return list(Category.objects.filter(active=True).exclude(keywords=""))


def classify(opinion, categories=None) -> Verdict:
    """What the words say the opinion is about. A category chosen by a person at the desk is certain."""
    if opinion.category is not None:
        return Verdict(opinion.category, 1.0, {"rule": "chosen", "confidence": 1.0})
    found = words_found(opinion.title, opinion.body, categories or keyword_categories())
    scores = {code: sum(words.values()) for code, (_category, words) in found.items()}
    ranked = sorted(scores, key=lambda code: (-scores[code], code))
    if not ranked:
        return Verdict(None, 0.0, {"rule": "keywords", "confidence": 0.0})
    best = ranked[0]
    # What points elsewhere counts against it; the same branch of the tree does not.
    rival = max((scores[code] for code in ranked[1:] if code[:2] != best[:2]), default=0)
    confidence = round(scores[best] / (scores[best] + rival + 1), 3)
    category, words = found[best]
    why = {"rule": "keywords", "words": sorted(words), "category": category.name, "confidence": confidence}
    return Verdict(category, confidence, why)


def words_found(title: str, body: str, categories) -> dict[str, tuple[Category, dict[str, int]]]:
    """For each category that a word points to: the words found, each with its weight."""
    found = {}
    for category in categories:
        words = {}
        for word in category.keywords.split():
            weight = TITLE_WEIGHT * (word in title) + BODY_WEIGHT * (word in body)
            if weight:
                words[word] = weight
        if words:
            found[category.code] = (category, words)
    return found


def responsible_agency(opinion) -> Agency | None:
    """The agency of the opinion's county for its category, or the nearest category above it."""
    if opinion.category is None:
        return None
    rows = Responsibility.objects.filter(
        county=opinion.county_id, category__in=opinion.category.lineage, agency__active=True
    ).select_related("agency")
    nearest = max(rows, key=lambda row: len(row.category_id), default=None)
    return nearest.agency if nearest else None

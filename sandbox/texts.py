"""What the demo's citizens say and what agencies answer: invented, from plain rural life.

The words stand in data/demo_texts.json. Places in braces are filled in: {v} a village or community, {n} a number.
A title goes with the text of its place in the list; of two answers the first says that it is done, the second
that it is planned, under way or explained.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random

TEXTS = json.loads(Path(__file__).with_name("demo_texts.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Words:
    """One opinion's words. `category` is a code of the shipped tree, `matter` a MatterType."""

    category: str
    matter: str
    title: str
    body: str
    solved: str
    planned: str


def spoken(rng: Random, village: str) -> Words:
    """Return one citizen's words about one of the topics, set in `village`."""
    topic = rng.choice(TEXTS["topics"])
    place = {"v": village, "n": rng.randint(3, 9)}
    variant = rng.randrange(len(topic["titles"]))
    body = topic["bodies"][variant % len(topic["bodies"])] + rng.choice(TEXTS["endings"])
    words = [topic["titles"][variant], body, *topic["answers"]]
    return Words(topic["category"], topic["matter"], *(text.format(**place) for text in words))


def said(rng: Random, kind: str) -> str:
    """Return one of the short sentences of a `kind`: returns, extensions, suspensions, unhappy, replies, calls, …"""
    return rng.choice(TEXTS[kind])

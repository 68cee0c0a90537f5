"""What neighbours tell of one and the same matter, each in own words: the demo's hot topics come from them.

The words stand in sandbox/demo_neighbours.json: for each matter its place, and of each person how many days ago it was
told, what becomes of it (a name in FATES), the title and the text. The nightly run has to find the matter by itself.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from opinions.models import Category
from sandbox.random_people import dice
from sandbox.texts import Words
from studios.models import Township

from . import scenarios

MATTERS = json.loads(Path(__file__).parent.with_name("demo_neighbours.json").read_text(encoding="utf-8"))
FATES: dict[str, Callable[..., None]] = {
    "planned": partial(scenarios.smooth, planned=True),
    "reopened": scenarios.reopened,
    "told": scenarios.waits_for_evaluation,
    "handling": scenarios.waits_for_answer,
    "sign": scenarios.waits_for_signature,
    "triage": scenarios.waits_for_triage,
}
# These the clerk had seen often enough to name the category.
CATEGORY_NAMED = ("told", "handling", "sign")


@dataclass(frozen=True)
class Told:
    """One neighbour's words: which matter, and the place among those who told of it."""

    matter: int
    turn: int

    @property
    def _matter(self) -> dict:
        return MATTERS[self.matter]

    @property
    def days_ago(self) -> int:
        return self._matter["said"][self.turn][0]

    @property
    def fate(self) -> Callable[..., None]:
        return FATES[self._matter["said"][self.turn][1]]

    @property
    def category(self) -> Category | None:
        """As the clerk named it, if the clerk did."""
        named = self._matter["said"][self.turn][1] in CATEGORY_NAMED
        return Category.objects.get(code=self._matter["category"]) if named else None

    @property
    def township(self) -> Township:
        return Township.objects.select_related("county").get(code=self._matter["township"])

    @property
    def village(self) -> str:
        return self._matter["village"]

    @property
    def words(self) -> Words:
        matter = self._matter
        _days, _fate, title, body = matter["said"][self.turn]
        number = dice(f"neighbour {self.matter} {self.turn}").randint(3, 9)
        answers = [text.format(n=number) for text in matter["answers"]]
        return Words(matter["category"], matter["matter"], title, body, *answers)


TOLD = [Told(matter, turn) for matter in range(len(MATTERS)) for turn in range(len(MATTERS[matter]["said"]))]

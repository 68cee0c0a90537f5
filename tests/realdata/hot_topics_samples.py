"""Hot topics at a county's size: samples of real messages that hold none, one or both of the known topics.

`python -m tests.realdata.hot_topics_samples [SEEDS]` prints precision and recall for each size and number of
topics. The background of a sample is drawn from the messages that belong to no topic of the whole collection,
so that whatever is found beyond the known topics is wrong. Reads ../shared/data/messages.
"""

import csv
import gzip
import os
import random
import sys
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared/data/messages"
# Size of a sample → people of each known topic in it.
SIZES = {50: 9, 100: 10, 300: 14, 1_000: 20}


@dataclass
class Score:
    """Messages rightly found, wrongly found and missed; topics found that are none."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    invented: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


class Collection:
    def __init__(self):
        from opinions.triage.topics.clustering import Message, hot_topics

        with gzip.open(DATA / "unlabelled.csv.gz", "rt", encoding="utf-8-sig") as file:
            self.messages = {
                row["number"]: Message(
                    row["number"], row["citizen"], row["title"], row["body"],
                    datetime.fromisoformat(row["sent_at"].strip().replace("/", "-")),
                )
                for row in csv.DictReader(file)
            }  # fmt: skip
        self.known = defaultdict(list)
        with open(DATA / "hot_topics.csv", encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                self.known[row["topic"]].append(row["number"])
        in_topics = {m.id for topic in hot_topics(self.messages.values()) for m in topic.messages}
        in_topics.update(*self.known.values())
        self.background = [number for number in self.messages if number not in in_topics]

    def sample(self, *, seed: int, size: int, topics: int) -> tuple[list, list[set]]:
        """Messages, and the known topics among them as sets of numbers."""
        rng = random.Random(seed)
        chosen, truth = [], []
        for name in rng.sample(sorted(self.known), topics):
            by_person = defaultdict(list)
            for number in self.known[name]:
                by_person[self.messages[number].person].append(number)
            people = rng.sample(sorted(by_person), min(SIZES[size], len(by_person)))
            truth.append({number for person in people for number in by_person[person]})
            chosen += sorted(truth[-1])
        chosen += rng.sample(self.background, size - len(chosen))
        return [self.messages[number] for number in chosen], truth

    def score(self, *, size: int, topics: int, seeds) -> Score:
        """What `hot_topics` finds in the samples of these seeds, counted in messages."""
        from opinions.triage.topics.clustering import hot_topics

        score = Score()
        for seed in seeds:
            messages, truth = self.sample(seed=seed, size=size, topics=topics)
            waiting = list(truth)
            for topic in hot_topics(messages):
                found = {message.id for message in topic.messages}
                meant = max(waiting, key=lambda known: len(known & found), default=set())
                if len(meant & found) < len(found) / 2:
                    score.invented += 1
                    score.wrong += len(found)
                    continue
                waiting.remove(meant)
                score.right += len(meant & found)
                score.wrong += len(found - meant)
                score.missed += len(meant - found)
            score.missed += sum(map(len, waiting))
        return score


def main(seeds: int) -> None:
    collection = Collection()
    print("| messages | known topics | precision | recall | invented |\n|---|---|---|---|---|")
    for size in SIZES:
        for topics in (0, 1, 2):
            score = collection.score(size=size, topics=topics, seeds=range(seeds))
            print(
                f"| {size} | {topics} | {score.precision:.2f} | {score.recall:.2f} | {score.invented} |",
                flush=True,
            )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress_liaison.settings")
    os.environ.setdefault("SECRET_KEY", "only-for-a-benchmark")
    import django

    django.setup()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)

"""`hot_topics --from FILE --out FILE` finds the hot topics of any messages: number,citizen,title,sent_at,body."""

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.excel.csv_files import records
from opinions.triage.topics.clustering import PEOPLE, Message, hot_topics

COLUMNS = ("number", "citizen", "title", "sent_at", "body")


class Command(BaseCommand):
    help = "Find hot topics in a file; writes topic,title,number,people, one row a message."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="file", type=Path, required=True)
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument("--people", type=int, default=PEOPLE, help="a topic is told by at least so many")

    def handle(self, *, file: Path, out: Path, people: int, **options: Any) -> None:
        try:
            messages = list(_read(file))
        except (OSError, EOFError, ValueError, KeyError, csv.Error) as error:
            raise CommandError(f"{file} cannot be read: {error}") from error
        topics = hot_topics(messages, least=max(people, 3))
        with out.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["topic", "title", "number", "people"])
            for place, topic in enumerate(topics, start=1):
                writer.writerows([place, topic.title, m.id, topic.people] for m in topic.messages)
        for place, topic in enumerate(topics, start=1):
            words = " ".join(topic.words)
            self.stdout.write(
                f"{place}\t{len(topic.messages)} of {topic.people} people\t{topic.title}\t{words}"
            )
        self.stdout.write(f"{len(messages)} messages, {len(topics)} topics")


def _read(file: Path) -> Iterator[Message]:
    with records(file) as reader:
        if missing := [name for name in COLUMNS if name not in (reader.fieldnames or [])]:
            raise ValueError(f"no column {', '.join(missing)}")
        for row in reader:
            at = datetime.fromisoformat(row["sent_at"].strip().replace("/", "-"))
            yield Message(row["number"], row["citizen"], row["title"], row["body"], at)

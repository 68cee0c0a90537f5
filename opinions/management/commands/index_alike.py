"""`index_alike` stores the keys by which similar opinions are found, for all opinions that have none yet."""

from typing import Any

from django.core.management.base import BaseCommand

from opinions.triage import similarity


class Command(BaseCommand):
    help = "Store the keys of earlier opinions; the sweep does so for new ones."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"keys of {similarity.backfill(everything=True)} opinions stored")

"""`index_alike` keeps the keys by which duplicates are found, for all opinions that have none yet."""

from django.core.management.base import BaseCommand

from opinions.triage import similarity


class Command(BaseCommand):
    help = "Keep the keys of opinions from before; the sweep does so for new ones."

    def handle(self, **options):
        self.stdout.write(f"keys of {similarity.backfill(everything=True)} opinions kept")

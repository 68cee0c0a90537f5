"""`train_triage` trains on a prefecture's own decisions, or with `--from FILE` on labelled messages."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from opinions.models import TrainedModel
from opinions.triage.classifier import training_data, versions
from opinions.triage.classifier.training_data import Example
from studios.models import County


class Command(BaseCommand):
    help = "Train the triage classifier and keep it as a new version."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="file", type=Path, help="title,body,label as .csv or .csv.gz")
        parser.add_argument(
            "--prefecture", default="", help="four digits; without --from every one is trained"
        )

    def handle(self, *, file: Path | None, prefecture: str, **options: Any) -> None:
        if (
            prefecture
            and not County.objects.filter(code__startswith=prefecture, code__gt=prefecture).exists()
        ):
            raise CommandError(f"no county lies in the prefecture {prefecture}")
        if file:
            try:
                given = training_data.from_file(file)
            except training_data.ExamplesError as error:
                raise CommandError(str(error)) from error
            self._train(prefecture, given, source=file.name)
            return
        codes = (
            [prefecture]
            if prefecture
            else sorted({c[:4] for c in County.objects.values_list("pk", flat=True)})
        )
        for code in codes:
            self._train(code, None)

    def _train(self, prefecture: str, given: list[Example] | None, source: str = "") -> None:
        row = versions.run(versions.ask(prefecture=prefecture, source=source[:200]).pk, given=given)
        if row is None:
            raise CommandError("another worker is training this one already")
        if row.state != TrainedModel.State.READY:
            raise CommandError(row.message)
        figures = row.figures
        self.stdout.write(
            f"version {row.number} of {prefecture or 'file'}: {figures['examples']} examples, out of fold: "
            f"macro-F1 {figures['macro_f1']:.4f}, alone from confidence {figures['threshold']:.3f} on: "
            f"precision {figures['precision']:.4f} at coverage {figures['coverage']:.4f}"
        )

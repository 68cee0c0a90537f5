"""`train_triage` learns from a prefecture's own decisions, or with `--from FILE` from labelled messages."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from opinions.models import TrainedModel
from opinions.triage.classifier import training_data, versions
from studios.models import County


class Command(BaseCommand):
    help = "Train the triage classifier and keep it as a new version."

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="file", type=Path, help="title,body,label as .csv or .csv.gz")
        parser.add_argument(
            "--prefecture", default="", help="four digits; without --from every one is trained"
        )

    def handle(self, *, file, prefecture, **options):
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

    def _train(self, prefecture, given, source=""):
        row = versions.run(versions.ask(prefecture=prefecture, source=source[:200]).pk, given=given)
        if row is None:
            raise CommandError("another worker is training this one already")
        if row.state != TrainedModel.State.READY:
            raise CommandError(row.message)
        say = row.figures
        self.stdout.write(
            f"version {row.number} of {prefecture or 'file'}: {say['examples']} examples, out of fold: "
            f"macro-F1 {say['macro_f1']:.4f}, alone from confidence {say['threshold']:.3f} on: "
            f"precision {say['precision']:.4f} at coverage {say['coverage']:.4f}"
        )

"""`evaluate_triage FILE` measures the latest trained version on labelled messages that it has not seen."""

import time
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser

from opinions.models import TrainedModel
from opinions.triage.classifier import training_data, versions
from opinions.triage.classifier.metrics import measure
from opinions.triage.classifier.training_data import Example


class Command(BaseCommand):
    help = "Measure the triage classifier: title,body,label as .csv or .csv.gz."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--prefecture", help="that prefecture's latest; without it the latest of all")
        parser.add_argument("--titles", action="store_true", help="judge by the titles alone")

    def handle(self, *, file: Path, prefecture: str | None, titles: bool, **options: Any) -> None:
        rows = TrainedModel.objects.filter(state=TrainedModel.State.READY)
        rows = rows if prefecture is None else rows.filter(prefecture=prefecture)
        if (row := rows.order_by("-trained_at").first()) is None:
            raise CommandError("no trained version yet: train_triage makes one")
        try:
            given = training_data.from_file(file)
        except training_data.ExamplesError as error:
            raise CommandError(str(error)) from error
        if not given:
            raise CommandError("the file has no rows")
        self._measure(row, given, titles)

    def _measure(self, row: TrainedModel, given: list[Example], titles: bool) -> None:
        model = versions.load(row)
        places = {label: place for place, label in enumerate(model.labels)}
        strange = {e.label for e in given} - set(places)
        started = time.perf_counter()
        confidences = np.array([model.confidences(e.title, "" if titles else e.body) for e in given])
        each = 1000 * (time.perf_counter() - started) / len(given)
        answers = [places.get(example.label, -1) for example in given]
        found = measure(model.labels, answers, confidences, model.calibration.threshold, strange=len(strange))
        for of in found.labels:
            self.stdout.write(
                f"{of.label}\tprecision {of.precision:.4f}\trecall {of.recall:.4f}\tF1 {of.f1:.4f}\tof {of.examples}"
            )
        if strange:
            self.stdout.write(f"labels that were not taught: {', '.join(sorted(strange))}")
        self.stdout.write(
            f"{found.examples} messages, version {row.number}, {each:.2f} ms each: macro-F1 {found.macro_f1:.4f}, "
            f"accuracy {found.accuracy:.4f}; alone from confidence {found.threshold:.3f} on: "
            f"precision {found.precision:.4f} at coverage {found.coverage:.4f}"
        )

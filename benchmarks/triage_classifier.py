"""The learned classifier on real messages: 5 folds, each a whole training, measured on what it never saw.

    nice -n 10 .venv/bin/python benchmarks/triage_classifier.py [labelled.csv.gz [division]]

Near-duplicates never straddle a fold: groups are made over all messages first. Prints the lines of RESULTS-triage.md.
"""

import os
import sys
import time
from pathlib import Path

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[threads] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress_liaison.settings")

import django

django.setup()

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from opinions.triage.classifier import serialization, training
from opinions.triage.classifier.metrics import measure
from opinions.triage.classifier.near_duplicates import near_duplicates
from opinions.triage.classifier.training_data import from_file

LABELLED = Path("../shared/data/messages/labelled.csv.gz")


def main(path, division=7):
    examples = from_file(path)
    labels = sorted({example.label for example in examples})
    answers = np.array([labels.index(example.label) for example in examples])
    groups = near_duplicates(examples)
    print(f"{len(examples)} messages, {len(set(groups))} groups of near-duplicates")
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=division)
    whole, alone = [], []
    for shown, held_back in folds.split(answers, answers, groups):
        started, used = time.perf_counter(), time.process_time()
        model, _own = training.train([examples[i] for i in shown], precision=0.97)
        wall, cpu = time.perf_counter() - started, time.process_time() - used
        model = serialization.from_bytes(serialization.to_bytes(model))
        used = time.process_time()
        said = np.array([model.confidences(examples[i].title, examples[i].body) for i in held_back])
        each = 1000 * (time.process_time() - used) / len(held_back)
        by_title = np.array([model.confidences(examples[i].title, "") for i in held_back])
        threshold = model.calibration.threshold
        whole.append(measure(labels, answers[held_back], said, threshold))
        alone.append(measure(labels, answers[held_back], by_title, threshold))
        print(
            f"macro-F1 {whole[-1].macro_f1:.4f}, titles alone {alone[-1].macro_f1:.4f}; alone from {threshold:.3f}: "
            f"precision {whole[-1].precision:.4f} at coverage {whole[-1].coverage:.4f}; trained in {wall:.1f} s "
            f"({cpu:.1f} s of CPU), {each:.2f} ms of CPU a message, {len(serialization.to_bytes(model)) / 1e6:.1f} MB",
            flush=True,
        )
    for name, found in (("title and body", whole), ("title alone", alone)):
        mean = {
            key: np.mean([getattr(f, key) for f in found]) for key in ("macro_f1", "coverage", "precision")
        }
        print(name, {key: round(float(value), 4) for key, value in mean.items()})


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else LABELLED, *map(int, sys.argv[2:]))

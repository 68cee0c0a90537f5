"""Versions of the classifier: trainings asked for and done, a version switched to, and the one in force, loaded
once."""

import hashlib
import logging
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AccessRecord, User
from common.ops.job import LeaseLost
from opinions.models import TrainedModel
from studios.models import County

from . import training_data
from .model import Model
from .serialization import BadModel, from_bytes, to_bytes
from .training_data import Example

log = logging.getLogger(__name__)
State = TrainedModel.State
ENOUGH, ENOUGH_NEW = 200, 50  # decisions to begin with; decisions since the last training
WORSE = 0.02  # a version may be this much worse than the one in force and still follow it by itself


def ask(
    *, prefecture: str, by: User | None = None, source: str = "", now: datetime | None = None
) -> TrainedModel:
    """Ask for a training and return its version; the one that is asked for or running already if there is one."""
    now = now or timezone.now()
    last = TrainedModel.objects.filter(prefecture=prefecture).aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            row = TrainedModel.objects.create(
                prefecture=prefecture, number=last + 1, source=source, precision=settings.TRIAGE_PRECISION,
                asked_at=now, asked_by=by,
            )  # fmt: skip
    except IntegrityError:
        return TrainedModel.objects.get(prefecture=prefecture, state__in=[State.ASKED, State.TRAINING])
    row.enqueue()
    return row


def run(pk: int, *, given: list[Example] | None = None, now: datetime | None = None) -> TrainedModel | None:
    """Train what was asked for, on `given` examples or on the prefecture's decisions; None if another worker has it.
    The version returned is READY or FAILED; one that is no worse than the one in force replaces it."""
    from .training import TooFew, train  # scikit-learn costs 100 MB and is needed by this alone

    now = now or timezone.now()
    if (row := TrainedModel.claim(pk, now=now, state=State.TRAINING)) is None:
        return None
    examples = training_data.from_decisions(row.prefecture) if given is None else given

    try:
        model, figures = train(
            examples, precision=row.precision, say=lambda percent: row.heartbeat(percent=percent)
        )
    except LeaseLost:
        return None
    except TooFew:
        return _failed(row, _("There are too few decisions to learn from: %d.") % len(examples))
    except Exception as error:
        _failed(row, _("The training broke off: %s") % type(error).__name__)
        raise
    content = to_bytes(model)
    row.file.save("", ContentFile(content), save=False)
    row.digest, row.figures = hashlib.sha256(content).hexdigest(), figures.as_dict()
    row.state, row.percent, row.trained_at, row.heartbeat_at = State.READY, 100, timezone.now(), None
    row.save()
    if row.prefecture and _no_worse(row):
        activate(model=row, by=None)
    return row


def _failed(row: TrainedModel, message: str) -> TrainedModel:
    row.state, row.message, row.heartbeat_at = State.FAILED, message[:300], None
    row.save(update_fields=["state", "message", "heartbeat_at"])
    return row


def _no_worse(row: TrainedModel) -> bool:
    before = TrainedModel.objects.filter(prefecture=row.prefecture, active=True).first()
    return before is None or row.figures["macro_f1"] >= before.figures["macro_f1"] - WORSE


def activate(*, model: TrainedModel, by: User | None, request: HttpRequest | None = None) -> TrainedModel:
    """Let this version decide from now on: the way forward, and the way back. Raises ValueError if its file cannot be
    read."""
    try:
        _loaded(model.pk, model.digest)
    except (BadModel, OSError) as error:
        raise ValueError(str(error)) from error
    with transaction.atomic():
        rows = TrainedModel.objects.select_for_update().filter(prefecture=model.prefecture)
        list(rows.values_list("pk"))  # the lock: two clicks at the same moment follow each other
        rows.filter(active=True).exclude(pk=model.pk).update(active=False)
        rows.filter(pk=model.pk).update(active=True)
        details = {"version": model.number}
        audit.record(AccessRecord.Action.SET, by=by, request=request, subject="triage model",
                     area_code=model.prefecture, details=details)  # fmt: skip
    model.active = True
    return model


def deactivate(*, prefecture: str, by: User | None, request: HttpRequest | None = None) -> None:
    """Let no model decide any more; keywords and people do."""
    TrainedModel.objects.filter(prefecture=prefecture, active=True).update(active=False)
    audit.record(AccessRecord.Action.SET, by=by, request=request, subject="triage model",
                 area_code=prefecture, details={"version": None})  # fmt: skip


def in_force(prefectures: Collection[str]) -> dict[str, tuple[TrainedModel, Model]]:
    """Return the version that decides in each prefecture, ready to classify. One query; each file is read once a
    process.

    A file that is gone or was changed decides nothing: triage goes on without it, and the health report says so.
    """
    found: dict[str, tuple[TrainedModel, Model]] = {}
    for row in TrainedModel.objects.filter(prefecture__in=prefectures, active=True).defer("figures"):
        try:
            found[row.prefecture] = (row, _loaded(row.pk, row.digest))
        except (BadModel, OSError) as error:
            log.error("triage model %s of %s cannot be used: %s", row.number, row.prefecture, error)
    return found


@lru_cache(maxsize=4)
def _loaded(pk: int, digest: str) -> Model:
    row = TrainedModel.objects.only("file").get(pk=pk)
    with row.file.open("rb") as stream:
        content = stream.read()
    if hashlib.sha256(content).hexdigest() != digest:
        raise BadModel("the file is not the one that was trained")
    return from_bytes(content)


def load(row: TrainedModel) -> Model:
    """Return the model of this version, whether it decides or not. Raises BadModel or OSError."""
    return _loaded(row.pk, row.digest)


def nightly(*, now: datetime | None = None) -> list[TrainedModel]:
    """Ask for a training wherever enough was decided since the last one; returns the versions asked for."""
    asked = []
    codes = County.objects.current().values_list("code", flat=True)
    for prefecture in sorted({code[:4] for code in codes}):
        decided = training_data.confirmed(prefecture).count()
        last = TrainedModel.objects.filter(prefecture=prefecture, state=State.READY).first()
        learned = last.figures.get("examples", 0) if last else 0
        if decided >= ENOUGH and decided - learned >= ENOUGH_NEW:
            asked.append(ask(prefecture=prefecture, now=now))
    return asked

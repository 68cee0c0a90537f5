"""Trained models: each version with its figures and its signed file. One a prefecture decides; others wait."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.ops.job import BackgroundJob, Work


def random_path(model, _name) -> str:
    return f"triage/{uuid.uuid4().hex}.model"


class TrainedModelQuerySet(models.QuerySet):
    def visible_to(self, user, *roles):
        """Those of the prefectures in which the person has an area."""
        from studios.permissions.scope import scope_of

        return self.filter(prefecture__in={prefix[:4] for prefix in scope_of(user).prefixes(*roles)})


class TrainedModel(BackgroundJob):
    class State(models.TextChoices):
        ASKED = "asked", _("waits for its turn")
        TRAINING = "training", _("is being trained")
        READY = "ready", _("ready")
        FAILED = "failed", _("could not be trained")

    WORK = {
        State.ASKED: Work("opinions.train_classifier", stale=timedelta(minutes=10)),
        State.TRAINING: Work("opinions.train_classifier", stale=timedelta(minutes=10)),
    }

    # Empty: trained from a file of other people's labels. It is measured, and never decides.
    prefecture = models.CharField(
        _("prefecture"), max_length=4, blank=True, validators=[RegexValidator(r"^\d{4}$")]
    )
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ASKED)
    active = models.BooleanField(_("decides"), default=False)
    source = models.CharField(_("learned from"), max_length=200, blank=True)
    precision = models.FloatField(_("precision to keep"))
    figures = models.JSONField(default=dict)
    file = models.FileField(upload_to=random_path, max_length=100, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(_("asked for at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("asked for by")
    )
    trained_at = models.DateTimeField(_("trained at"), null=True)

    objects = TrainedModelQuerySet.as_manager()

    class Meta:
        verbose_name = _("trained model")
        verbose_name_plural = _("trained models")
        ordering = ["prefecture", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["prefecture", "number"], name="trained_model_number_once"),
            models.UniqueConstraint(
                fields=["prefecture"], condition=Q(active=True), name="trained_model_one_decides"
            ),
            models.UniqueConstraint(
                fields=["prefecture"], condition=Q(state__in=["asked", "training"]),
                name="trained_model_one_in_hand",
            ),
            models.CheckConstraint(
                condition=Q(active=False) | (Q(state="ready") & ~Q(prefecture="")),
                name="trained_model_that_decides_is_ready",
            ),
        ]  # fmt: skip

    def __str__(self):
        return _("version %d") % self.number

"""Paper: a PDF that was asked for, of a letter, an opinion's register form, its survey form, or the whole case."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.ops.job import BackgroundJob, Work


def unguessable_path(_paper: "Paper", _name: str) -> str:
    """Return a path that nobody can guess."""
    return f"papers/{uuid.uuid4().hex}"


class Paper(BackgroundJob):
    """Only opinions/jobs/papers.py writes it. `digest` is the SHA-256 of the file, which the ledger holds too. A letter
    has one, which stays; the others belong to who asked for them. `named`: with the citizen's full name and number."""

    class Kind(models.TextChoices):
        LETTER = "letter", _("letter")
        FORM = "form", _("register form")
        SURVEY = "survey", _("survey form")
        CASE = "case", _("whole case")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WORKING = "working", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    WORK = {
        State.WAITING: Work("opinions.make_paper", stale=timedelta(seconds=15), waits=True),
        State.WORKING: Work("opinions.make_paper"),
    }

    opinion = models.ForeignKey("opinions.Opinion", models.PROTECT, related_name="papers")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    letter = models.OneToOneField("letters.Letter", models.PROTECT, null=True, related_name="paper")
    named = models.BooleanField(default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    asked_at = models.DateTimeField(_("asked for at"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    pages = models.PositiveIntegerField(_("pages"), null=True)
    digest = models.CharField(max_length=64, blank=True)
    file = models.FileField(_("file"), upload_to=unguessable_path, max_length=100)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(
                fields=["heartbeat_at"],
                name="paper_unfinished",
                condition=models.Q(state__in=["waiting", "working"]),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="ready") | (~models.Q(file="") & ~models.Q(digest="")),
                name="paper_ready_has_file",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="letter", letter__isnull=False, named=False)
                | (~models.Q(kind="letter") & models.Q(letter=None)),
                name="paper_of_a_letter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.kind}"

    @property
    def is_done(self) -> bool:
        """Tell if nothing more will happen to it."""
        return self.state in (self.State.READY, self.State.FAILED)

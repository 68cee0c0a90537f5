"""Import: one uploaded ledger on its way into the register, with what was read, refused and added."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.ops.job import BackgroundJob, Work
from common.security.encrypted_spans import PartlyEncryptedTextField


def random_path(job: "Import", _name: str) -> str:
    """Return a path that nobody can guess and that holds no text of the uploader's choosing."""
    return f"imports/{uuid.uuid4().hex}"


class ImportQuerySet(models.QuerySet):
    """Imports by who uploaded them."""

    def visible_to(self, user: User) -> Self:
        """Return only the person's own imports: the rows of a file lie outside every area until they are in the
        register."""
        return self.filter(by=user)


class Import(BackgroundJob):
    """One uploaded ledger, its state, and the counts of its rows."""

    class State(models.TextChoices):
        """How far an import has come."""

        UPLOADED = "uploaded", _("being checked")
        CHECKED = "checked", _("waits for your decision")
        RUNNING = "running", _("being taken in")
        DONE = "done", _("taken in")
        FAILED = "failed", _("cannot be read")
        CANCELLED = "cancelled", _("given up")

    class OpenRows(models.TextChoices):
        """What the rows without an answer are."""

        TODAY = "today", _("still to be handled: deadlines count from the day of the import")
        ARCHIVE = "archive", _("kept as an archive: nobody handles them, nothing is supervised")
        DATED = "dated", _("still to be handled: deadlines count from the days in the ledger")

    # The file holds personal data in clear: it is deleted as soon as it is no longer needed.
    ENDED = (State.DONE, State.FAILED, State.CANCELLED)
    WORK = {State.UPLOADED: Work("opinions.check_import"), State.RUNNING: Work("opinions.run_import")}

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    name = PartlyEncryptedTextField(_("file"), max_length=200, one_line=True)
    file = models.FileField(upload_to=random_path, max_length=100, blank=True)
    digest = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.UPLOADED)
    message = models.CharField(max_length=300, blank=True)
    skip_bad = models.BooleanField(default=False)
    # Rows: in the file; processed so far; by result.
    total = models.PositiveIntegerField(_("rows"), default=0)
    processed = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(_("to be added"), default=0)
    added = models.PositiveIntegerField(_("added"), default=0)
    known = models.PositiveIntegerField(_("known already"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    errors = models.JSONField(default=list)  # [row, column, reason, sheet], the first ERRORS_KEPT
    open_rows = models.CharField(
        _("rows without an answer"), max_length=10, choices=OpenRows.choices, default=OpenRows.TODAY
    )
    source = models.CharField(_("source"), max_length=60, blank=True)
    decisions = models.JSONField(
        default=dict
    )  # of the person: columns, words, what fills gaps (importing/decisions.py)
    found = models.JSONField(default=dict)  # in the file: sheets, headers, words, what lies outside the table
    undone_at = models.DateTimeField(_("undone at"), null=True)
    sample = models.JSONField(default=list)  # the first rows as read, names and numbers masked
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    created_at = models.DateTimeField(_("uploaded at"))
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["by", "-created_at"], name="import_own_recent"),
            models.Index(
                fields=["heartbeat_at"],
                name="import_at_work",
                condition=models.Q(state__in=["uploaded", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ImportChoice(models.Model):
    """What somebody of an area decided about a header or a word of a source, for the next file of the same source."""

    area_code = models.CharField(max_length=12)
    source = models.CharField(max_length=60, blank=True)
    column = models.CharField(max_length=20, blank=True)  # of the word; empty: the choice is about a header
    word = models.CharField(max_length=80)
    choice = models.CharField(max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area_code", "source", "column", "word"], name="import_choice_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.word} → {self.choice}"

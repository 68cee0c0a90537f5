"""Import: one uploaded ledger on its way into the register, with what was read, refused and added."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.ops.job import BackgroundJob, Work
from common.security.encrypted_spans import PartlyEncryptedTextField


def random_path(job, _name) -> str:
    """Nobody guesses where an upload lies, and no name of a stranger's choosing reaches the disk."""
    return f"imports/{uuid.uuid4().hex}"


class ImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Only one's own: the rows of a file stand outside every area until they are in the register."""
        return self.filter(by=user)


class Import(BackgroundJob):
    class State(models.TextChoices):
        UPLOADED = "uploaded", _("being checked")
        CHECKED = "checked", _("waits for your decision")
        RUNNING = "running", _("being taken in")
        DONE = "done", _("taken in")
        FAILED = "failed", _("cannot be read")
        CANCELLED = "cancelled", _("given up")

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
    # Rows: in the file; taken in hand so far; by what became of them.
    total = models.PositiveIntegerField(_("rows"), default=0)
    processed = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(_("to be added"), default=0)
    added = models.PositiveIntegerField(_("added"), default=0)
    known = models.PositiveIntegerField(_("known already"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    errors = models.JSONField(default=list)  # [row, column, reason], the first ERRORS_KEPT
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

    def __str__(self):
        return self.name

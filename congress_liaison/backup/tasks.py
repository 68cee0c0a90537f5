"""Celery: the backup of the night, and each week the restore for trial. Nothing is done where no target is set."""

import logging

from celery import shared_task
from django.conf import settings

from . import Refused, services

log = logging.getLogger(__name__)
LONGEST = 6 * 3600  # seconds


@shared_task(name="congress_liaison.backup", time_limit=LONGEST)
def backup() -> None:
    """Write the backup of the night."""
    if not settings.BACKUP_TARGET:
        return
    try:
        done = services.backup()
    except Refused as refused:
        log.error("backup: %s", refused)
    else:
        log.info("backup %s: %d rows, %d files in %.0f s", done.name, done.rows, done.files, done.seconds)


@shared_task(name="congress_liaison.check_backup", time_limit=LONGEST)
def check_backup() -> None:
    """Restore the newest backup for trial."""
    if not settings.BACKUP_TARGET:
        return
    try:
        services.check()
    except Refused as refused:
        log.error("the newest backup cannot be restored: %s", refused)

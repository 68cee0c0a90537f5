"""What the processes of test_backup.py do."""

import hashlib
import os
import time

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts import audit
from accounts.models import SecondFactor, User
from common.security.uploads import PDF, Upload
from congress_liaison.backup import Refused, services
from congress_liaison.backup.target import target_of
from opinions.models import Opinion
from opinions.workflow import notes
from tests.reliability import acts

# Written by migrations and by trials, not by the work of people.
OWN = {"django_migrations", "django_content_type", "auth_permission"}


def furnish(opinions):
    """An office with opinions, a file, a second factor and rows of the audit trail."""
    acts.office(1)
    numbers = acts.write_down(opinions)
    clerk = User.objects.get(username="clerk")
    SecondFactor.objects.create(user=clerk, secret="JBSWY3DPEHPK3PXP")
    audit.record("looked", by=clerk, subject=numbers[0])
    audit.record("looked", by=clerk, subject=numbers[0])
    files = [Upload("1.pdf", PDF, b"%PDF-1.7 " + os.urandom(200_000)) for _ in range(3)]
    notes.supplement(numbers[0], by=clerk, words="补充照片", files=files)
    return numbers


def content():
    """A digest of every row and every file."""
    found = hashlib.sha256()
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda m: m._meta.db_table):
        if model._meta.db_table in OWN:
            continue
        for row in model._base_manager.order_by("pk").values_list():
            found.update(repr(row).encode())
    for opinion in Opinion.objects.order_by("pk"):
        for attachment in opinion.attachments.order_by("pk"):
            found.update(default_storage.open(attachment.file.name).read())
    return found.hexdigest()


def backup():
    return _said(services.backup)


def restore(name=""):
    return _said(services.restore, name)


def check(name=""):
    return _said(services.check, name)


def _said(work, *arguments):
    try:
        done = work(*arguments)
    except Refused as refused:
        return {"refused": str(refused)}
    return {"name": done.name, "files": done.files, "rows": done.rows}


def archives():
    return services.archives(target_of(os.environ["BACKUP_TARGET"]))


def lose_a_file():
    name = next(a.file.name for o in Opinion.objects.all() for a in o.attachments.all())
    default_storage.delete(name)
    default_storage.save(name, ContentFile(b"other"))


def wait(seconds):
    time.sleep(seconds)

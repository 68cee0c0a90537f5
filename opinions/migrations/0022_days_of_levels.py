"""What the new columns hold for what is there: open opinions know since when they stand on their level, notices about
reporting back count against no agency, bulk notices sent before need no confirmation."""

from django.db import migrations
from django.db.models import F
from django.utils import timezone

BATCH = 1000


def fill(apps, schema_editor):
    Opinion, Notice = apps.get_model("opinions", "Opinion"), apps.get_model("opinions", "Notice")
    BulkNotice = apps.get_model("opinions", "BulkNotice")
    BulkNotice.objects.filter(starts_at=None).update(starts_at=F("created_at"))
    Notice.objects.filter(event__to_status="answered").update(agency=None)
    climbing = Opinion.objects.filter(status__in=["routed", "handling", "answered"], supervision_level__gt=0)
    keys = list(climbing.values_list("pk", flat=True))
    for first in range(0, len(keys), BATCH):
        rows = list(Opinion.objects.filter(pk__in=keys[first : first + BATCH]).only("pk", "supervision_level"))
        sent = Notice.objects.filter(opinion__in=[row.pk for row in rows], level__gt=0).order_by("event_id")
        days = {
            key: timezone.localdate(moment) for key, moment in sent.values_list("opinion_id", "issued_at")
        }
        for row in rows:
            row.level_on = days.get(row.pk)
        Opinion.objects.bulk_update(rows, ["level_on"])


class Migration(migrations.Migration):
    dependencies = [("opinions", "0021_ladder_days_and_bulk_lists")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

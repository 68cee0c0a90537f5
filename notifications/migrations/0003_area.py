"""The area of a message becomes a county that the database knows; apart from the change of columns, which PostgreSQL
refuses while rows wait for their foreign key to be checked."""

from django.db import migrations
from django.db.models import F


def counties(apps, schema_editor):
    known = apps.get_model("studios", "County").objects.values_list("pk", flat=True)
    rows = apps.get_model("notifications", "Message").objects.filter(area_code__in=list(known))
    rows.update(county_id=F("area_code"))


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_outbox")]
    operations = [migrations.RunPython(counties, migrations.RunPython.noop)]

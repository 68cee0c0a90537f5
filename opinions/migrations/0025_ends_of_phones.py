"""The last digits of phones become searchable, of what was told before too."""

from django.db import migrations, models

from common.security.crypto import tail_index

SLICE = 2000


def fill(apps, schema_editor):
    rows = apps.get_model("opinions", "Opinion")._base_manager.exclude(phone_index="").order_by("pk")
    last = 0
    while found := list(rows.filter(pk__gt=last).only("pk", "citizen_phone")[:SLICE]):
        for row in found:
            row.phone_tail = tail_index(row.citizen_phone)
        rows.bulk_update(found, ["phone_tail"], batch_size=500)
        last = found[-1].pk


class Migration(migrations.Migration):
    dependencies = [("opinions", "0024_question_to_the_citizen")]

    operations = [
        migrations.AddField(
            model_name="opinion", name="phone_tail", field=models.CharField(blank=True, default="", max_length=16),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="opinion",
            index=models.Index(
                condition=models.Q(("phone_tail", ""), _negated=True), fields=["phone_tail"], name="opinion_phone_tail"
            ),
        ),
    ]

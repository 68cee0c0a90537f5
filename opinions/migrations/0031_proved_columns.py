"""Each ledger row keeps what its action made of the opinion's columns, so that they can be proved."""

from django.db import migrations, models

from common.db.database import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("opinions", "0030_taken_over_rows")]
    operations = [
        migrations.AddField(
            model_name="event", name="changed", field=models.TextField(blank=True, default="")
        ),
        migrations.AddField(
            model_name="opinion",
            name="words_salt",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
        AppendOnly("Event"),
    ]

"""Why a letter was taken back is said about a citizen's matter: it is encrypted."""

from django.db import migrations, models

import common.security.crypto
from common.db.database import AppendOnly

FIXED = (
    "county_id",
    "kind",
    "series",
    "year",
    "serial",
    "agency_id",
    "about",
    "occasion",
    "template_id",
    "issued_at",
    "issued_by_id",
)


def encrypt(apps, schema_editor):
    for letter in apps.get_model("letters", "Letter").objects.exclude(cancel_reason=""):
        letter.cancel_reason = common.security.crypto.cipher().encrypt(letter.cancel_reason.encode()).decode()
        letter.save(update_fields=["cancel_reason"])


class Migration(migrations.Migration):
    dependencies = [("letters", "0002_frozen")]
    operations = [
        migrations.AlterField(
            "letter", "cancel_reason", models.TextField(blank=True, verbose_name="reason of the cancellation")
        ),
        migrations.RunPython(encrypt, migrations.RunPython.noop),
        migrations.AlterField(
            "letter",
            "cancel_reason",
            common.security.crypto.EncryptedTextField(
                blank=True, max_length=300, verbose_name="reason of the cancellation"
            ),
        ),
        AppendOnly("Letter", FIXED),
    ]

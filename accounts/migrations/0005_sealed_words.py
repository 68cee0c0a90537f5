"""The phone numbers of staff are encrypted too."""

from django.db import migrations, models

import common.security.crypto


def encrypt(apps, schema_editor):
    for user in apps.get_model("accounts", "User").objects.exclude(phone=""):
        user.phone = common.security.crypto.cipher().encrypt(user.phone.encode()).decode()
        user.save(update_fields=["phone"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_second_factor")]
    operations = [
        migrations.AlterField("user", "phone", models.TextField(blank=True, verbose_name="phone")),
        migrations.RunPython(encrypt, migrations.RunPython.noop),
        migrations.AlterField(
            "user", "phone", common.security.crypto.EncryptedTextField(blank=True, max_length=20, verbose_name="phone")
        ),
    ]

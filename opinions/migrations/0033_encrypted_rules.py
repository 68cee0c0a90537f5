"""The words of routing rules are encrypted: an office may have written a person's name into one."""

import common.security.crypto
from django.db import migrations


def encrypt(apps, schema_editor):
    Rule = apps.get_model("opinions", "RoutingRule")
    field = common.security.crypto.EncryptedTextField()
    for rule in Rule.objects.exclude(words=""):
        Rule.objects.filter(pk=rule.pk).update(words=field.get_prep_value(rule.words))


def decrypt(apps, schema_editor):
    Rule = apps.get_model("opinions", "RoutingRule")
    field = common.security.crypto.EncryptedTextField()
    for rule in Rule.objects.exclude(words=""):
        Rule.objects.filter(pk=rule.pk).update(words=field.from_db_value(rule.words, None, None))


class Migration(migrations.Migration):

    dependencies = [
        ("opinions", "0032_marked_for_the_agency"),
    ]

    operations = [
        # Before the column changes its class, so that it is read and written as it stands.
        migrations.RunPython(encrypt, decrypt),
        migrations.AlterField(
            model_name="routingrule",
            name="words",
            field=common.security.crypto.EncryptedTextField(
                blank=True,
                help_text="Separated by spaces; one of them in the title or text is enough.",
                verbose_name="words",
            ),
        ),
    ]

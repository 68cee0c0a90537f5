"""The list of urgent signals an office begins with."""

from django.db import migrations

from opinions.triage.urgent import create_defaults


class Migration(migrations.Migration):
    dependencies = [("opinions", "0009_triage_learns")]
    operations = [
        migrations.RunPython(
            lambda apps, editor: create_defaults(apps.get_model("opinions", "UrgentSignal")), migrations.RunPython.noop
        ),
    ]

"""The ledger becomes append-only; the general supervision ladder is laid down."""

from django.db import migrations

from common.engines import AppendOnly
from opinions.ladder import lay


class Migration(migrations.Migration):
    dependencies = [("opinions", "0001_initial")]
    operations = [
        AppendOnly("Event"),
        migrations.RunPython(
            lambda apps, editor: lay(apps.get_model("opinions", "LadderStep")), migrations.RunPython.noop
        ),
    ]

from django.db import migrations

from common.db.database import AppendOnly
from studios.assessments import defaults


def lay_items(apps, schema_editor):
    defaults.create_defaults(apps.get_model("studios", "HaveItem"))


class Migration(migrations.Migration):
    dependencies = [("studios", "0002_facts_changes_haves")]

    operations = [
        AppendOnly("AreaChange"),
        AppendOnly("AssessmentStep"),
        migrations.RunPython(lay_items, migrations.RunPython.noop),
    ]

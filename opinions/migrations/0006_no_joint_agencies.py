"""Joint agencies are parts now; a step of its own, because PostgreSQL changes no table with rows just written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("opinions", "0005_joint_parts")]
    operations = [
        migrations.RemoveField(
            model_name='opinion',
            name='joint_agencies',
        ),
    ]

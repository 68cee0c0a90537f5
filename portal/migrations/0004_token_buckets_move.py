from django.db import migrations


class Migration(migrations.Migration):
    """The table belongs to the app accounts from now on."""

    dependencies = [("portal", "0003_standard_names"), ("accounts", "0007_doors")]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="TokenBucket")]),
    ]

from django.db import migrations


class Migration(migrations.Migration):
    """Models get standard names; their tables keep theirs, so nothing is done in the database."""

    dependencies = [("portal", "0002_receipt_moves")]

    operations = [
        migrations.AlterModelTable(name="pace", table="portal_pace"),
        migrations.RenameModel(old_name="Pace", new_name="TokenBucket"),
    ]

from django.db import migrations


class Migration(migrations.Migration):
    """Models get standard names; their tables keep theirs, so nothing is done in the database."""

    dependencies = [("studios", "0009_learning_measure")]

    operations = [
        migrations.AlterModelTable(name="haveitem", table="studios_haveitem"),
        migrations.RenameModel(old_name="HaveItem", new_name="AssessmentItem"),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("opinions", "0027_standard_names")]

    operations = [
        migrations.RenameField("import", "turn", "attempt"),
        migrations.AddField("trainedmodel", "attempt", models.PositiveIntegerField(default=0)),
    ]

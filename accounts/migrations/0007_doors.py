import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Former passwords, and rounds of sessions. The token buckets come here from the public pages, because the login is
    paced as well; their table stays where it is."""

    dependencies = [("accounts", "0006_exported_unmasked"), ("portal", "0003_standard_names")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="TokenBucket",
                    fields=[
                        ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ("until", models.DateTimeField(db_index=True)),
                    ],
                    options={"db_table": "portal_pace"},
                ),
            ],
        ),
        migrations.AddField("user", "session_round", models.PositiveIntegerField(default=0, editable=False)),
        migrations.CreateModel(
            name="FormerPassword",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128)),
                ("until", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_passwords",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["-until", "-id"]},
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_frozen")]

    operations = [
        migrations.RemoveIndex("report", "report_unfinished"),
        migrations.RenameField("report", "seen_at", "heartbeat_at"),
        migrations.AlterField("report", "heartbeat_at", models.DateTimeField(null=True)),
        migrations.AlterField("report", "attempt", models.PositiveIntegerField(default=0)),
        migrations.AddIndex(
            "report",
            models.Index(
                condition=models.Q(("state__in", ["waiting", "working"])),
                fields=["heartbeat_at"],
                name="report_unfinished",
            ),
        ),
    ]

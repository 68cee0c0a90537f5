from django.db import migrations, models


def name_the_month(apps, schema_editor):
    Report = apps.get_model("reports", "Report")
    for pk, month in Report.objects.values_list("pk", "month"):
        Report.objects.filter(pk=pk).update(code=f"{month:%Y-%m}")


class Migration(migrations.Migration):
    """A report is about a period, no longer a month only, and is a workbook or a bulletin."""

    dependencies = [("reports", "0001_report"), ("studios", "0001_initial")]

    operations = [
        migrations.RemoveConstraint("Report", "report_made_once_at_a_time"),
        migrations.AddField(
            "Report",
            "code",
            models.CharField("period", max_length=7, default="", help_text="2026-09, 2026-Q3 or 2026."),
            preserve_default=False,
        ),
        migrations.AddField(
            "Report",
            "kind",
            models.CharField(
                "kind", max_length=4, choices=[("xlsx", "workbook"), ("docx", "bulletin")], default="xlsx"
            ),
        ),
        migrations.RunPython(name_the_month, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField("Report", "month"),
        migrations.AddConstraint(
            "Report",
            models.UniqueConstraint(
                fields=["county", "code", "kind", "made_by"],
                name="report_made_once_at_a_time",
                condition=models.Q(state__in=["waiting", "working"]),
            ),
        ),
    ]

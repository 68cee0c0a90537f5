"""The published calendars 2004–2026."""

from django.db import migrations

from workdays.seed import seed_calendar


def seed(apps, schema_editor):
    seed_calendar(apps.get_model("workdays", "CalendarYear"), apps.get_model("workdays", "Holiday"))


def empty(apps, schema_editor):
    apps.get_model("workdays", "Holiday").objects.all().delete()
    apps.get_model("workdays", "CalendarYear").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("workdays", "0001_initial")]
    operations = [migrations.RunPython(seed, empty)]

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workdays", "0003_calendar_imports")]

    operations = [migrations.RenameField("calendarimport", "turn", "attempt")]

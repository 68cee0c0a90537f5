from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_area")]
    operations = [migrations.RemoveField("message", "area_code")]

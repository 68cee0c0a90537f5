from django.db import migrations

from common.engines import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [AppendOnly("AccessRecord")]

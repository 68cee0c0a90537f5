from django.db import migrations

from common.db.database import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [AppendOnly("AccessRecord")]

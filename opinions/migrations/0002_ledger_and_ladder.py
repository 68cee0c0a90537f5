"""The ledger becomes append-only."""

from django.db import migrations

from common.db.database import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("opinions", "0001_initial")]
    operations = [AppendOnly("Event")]

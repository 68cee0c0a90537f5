"""The database itself refuses to delete a letter and to change what was issued."""

from django.db import migrations

from common.db.database import AppendOnly

FIXED = (
    "county_id",
    "kind",
    "series",
    "year",
    "serial",
    "agency_id",
    "about",
    "occasion",
    "template_id",
    "issued_at",
    "issued_by_id",
)


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial")]
    operations = [AppendOnly("Letter", FIXED)]

"""A letter may be void because of what a citizen or a rule did: nobody's account stands behind that."""

from django.db import migrations, models

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
    dependencies = [("letters", "0003_sealed_reason")]
    operations = [
        migrations.RemoveConstraint("letter", "letter_cancelled_with_reason"),
        migrations.AddConstraint(
            "letter",
            models.CheckConstraint(
                condition=models.Q(cancelled_at=None, cancelled_by=None, cancel_reason="")
                | (models.Q(cancelled_at__isnull=False) & ~models.Q(cancel_reason="")),
                name="letter_cancelled_with_reason",
            ),
        ),
        AppendOnly("Letter", FIXED),
    ]

from django.db import migrations


class Migration(migrations.Migration):
    """Receipts belong to every registration, whatever the channel: the table goes to the opinions as it is."""

    dependencies = [("portal", "0001_receipt_and_pace")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable("Receipt", "opinions_receipt")],
            state_operations=[migrations.DeleteModel("Receipt")],
        ),
    ]

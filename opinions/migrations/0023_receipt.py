import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Receipts come over from the public side with their table; what a slip needs is added."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("opinions", "0022_days_of_levels"),
        ("portal", "0002_receipt_moves"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Receipt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("lookup", models.CharField(max_length=64, unique=True)),
                        ("consent", models.CharField(max_length=10)),
                        (
                            "opinion",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="receipt",
                                to="opinions.opinion",
                            ),
                        ),
                    ],
                ),
            ],
        ),
        migrations.AlterField("Receipt", "consent", models.CharField(blank=True, max_length=10)),
        migrations.AddField("Receipt", "issued_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "Receipt",
            "issued_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("Receipt", "key", models.UUIDField(null=True)),
        migrations.AddIndex(
            "Receipt",
            models.Index(
                condition=models.Q(("key__isnull", False)), fields=["issued_at"], name="receipt_with_key"
            ),
        ),
    ]

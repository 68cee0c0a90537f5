"""The leaves of the tree, the roots of blocks and the anchors, all append-only."""

from django.db import migrations, models

from common.db.database import AppendOnly

KINDS = [
    ("opinion", "Opinion"),
    ("audit", "Audit"),
    ("series", "Series"),
    ("letters", "Letters"),
    ("total", "Total"),
    ("month", "Month"),
]


class Migration(migrations.Migration):
    initial = True
    dependencies: list = []
    operations = [
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("place", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=KINDS, max_length=10)),
                ("key", models.CharField(max_length=64)),
                ("count", models.BigIntegerField()),
                ("head", models.CharField(blank=True, max_length=64)),
            ],
            options={"indexes": [models.Index(fields=["kind", "key", "count"], name="leaf_of")]},
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField(db_index=True)),
                ("root", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("line", models.TextField()),
            ],
            options={"ordering": ["pk"]},
        ),
        AppendOnly("Leaf"),
        AppendOnly("Block"),
        AppendOnly("Anchor"),
    ]

"""The list at a million: words are found by an index, and every order of every list goes along one."""

from django.db import migrations, models

from common.db.database import BigramIndex


class Migration(migrations.Migration):
    dependencies = [("opinions", "0013_sealed_words")]

    operations = [BigramIndex("Opinion", ["title", "body", "place"])]

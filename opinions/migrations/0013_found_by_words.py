"""The list at a million: words are found by an index, and every order of every list goes along one."""

from django.db import migrations, models

from common.engines import PairIndex


class Migration(migrations.Migration):
    dependencies = [("opinions", "0012_erased_at")]

    operations = [PairIndex("Opinion", ["title", "body", "place"])]

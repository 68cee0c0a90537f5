from django.db import migrations


class Migration(migrations.Migration):
    """Models get standard names; their tables keep theirs, so nothing is done in the database."""

    dependencies = [("opinions", "0026_official_names")]

    operations = [
        migrations.AlterModelTable(name="ladderstep", table="opinions_ladderstep"),
        migrations.RenameModel(old_name="LadderStep", new_name="EscalationLevel"),
        migrations.AlterModelTable(name="ladderchange", table="opinions_ladderchange"),
        migrations.RenameModel(old_name="LadderChange", new_name="EscalationChange"),
        migrations.AlterModelTable(name="clocklimit", table="opinions_clocklimit"),
        migrations.RenameModel(old_name="ClockLimit", new_name="TimeLimit"),
        migrations.AlterModelTable(name="limitchange", table="opinions_limitchange"),
        migrations.RenameModel(old_name="LimitChange", new_name="TimeLimitChange"),
        migrations.AlterModelTable(name="alikekey", table="opinions_alikekey"),
        migrations.RenameModel(old_name="AlikeKey", new_name="SimilarityKey"),
    ]

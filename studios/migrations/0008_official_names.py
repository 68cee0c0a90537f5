"""Items of the five haves in the words of the pages that count them; what an office reworded stays as it is."""

from django.db import migrations

ITEMS = {
    "一年接待场次": "年度接待场次",
    "一年收到群众意见": "年度登记群众意见",
    "办结意见按时答复": "办结意见按期答复",
}


def reword(apps, schema_editor):
    for before, text in ITEMS.items():
        apps.get_model("studios", "HaveItem").objects.filter(county=None, text=before).update(text=text)


class Migration(migrations.Migration):
    dependencies = [("studios", "0007_first_satisfied")]
    operations = [migrations.RunPython(reword, migrations.RunPython.noop)]

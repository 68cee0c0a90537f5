"""Names of seeded categories and urgent signals as offices say them today; what an office renamed stays as it is."""

from django.db import migrations

CATEGORIES = {
    "07": ("环境保护", "生态环境"),
    "09": ("卫生计生", "卫生健康"),
    "0903": ("计划生育", "人口与生育服务"),
    "10": ("劳动和社会保障", "人力资源和社会保障"),
}
SIGNALS = {"轻生": "人身安全", "年前欠薪": "岁末年初欠薪", "群体聚集": "公共秩序"}


def rename(apps, schema_editor):
    for code, (before, name) in CATEGORIES.items():
        apps.get_model("opinions", "Category").objects.filter(code=code, name=before).update(name=name)
    for before, name in SIGNALS.items():
        apps.get_model("opinions", "UrgentSignal").objects.filter(county=None, name=before).update(name=name)


class Migration(migrations.Migration):
    dependencies = [("opinions", "0025_ends_of_phones")]
    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]

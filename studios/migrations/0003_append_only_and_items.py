from django.db import migrations

from common.db.database import AppendOnly

# The bounds are ours, not the law's (ADR 0018).
ITEMS = [
    ("premises", "有固定的接待场所", "", None),
    ("premises", "接待场所在一楼或有无障碍通道", "", None),
    ("premises", "门口挂牌，公示开放时间和联系电话", "", None),
    ("facilities", "有接待桌椅、饮水和资料柜", "", None),
    ("facilities", "有电脑和网络，能登记群众意见", "", None),
    ("facilities", "有意见箱，定期开箱", "", None),
    ("facilities", "公示代表照片、职务和联系方式", "", None),
    ("rules", "代表接待群众制度上墙", "", None),
    ("rules", "意见登记、交办、反馈制度上墙", "", None),
    ("rules", "代表学习和活动制度上墙", "", None),
    ("rules", "保密和档案管理制度", "", None),
    ("schedule", "年度接待场次", "sessions", 12),
    ("schedule", "计划场次已公告", "published", 90),
    ("schedule", "公告场次已举行", "held", 90),
    ("results", "年度登记群众意见", "taken", 6),
    ("results", "办结意见按期答复", "on_time", 80),
    ("results", "反馈后已回访", "called_back", 50),
    ("results", "群众评价满意", "satisfied", 80),
    ("results", "重办不超过", "reopened", 20),
]


def create_items(item_model):
    """Insert the items an office begins with."""
    item_model.objects.bulk_create(
        item_model(have=have, text=text, measure=measure, bound=bound, place=place)
        for place, (have, text, measure, bound) in enumerate(ITEMS, start=1)
    )


def lay_items(apps, schema_editor):
    create_items(apps.get_model("studios", "HaveItem"))


class Migration(migrations.Migration):
    dependencies = [("studios", "0002_facts_changes_haves")]

    operations = [
        AppendOnly("AreaChange"),
        AppendOnly("AssessmentStep"),
        migrations.RunPython(lay_items, migrations.RunPython.noop),
    ]

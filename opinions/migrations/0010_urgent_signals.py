"""The list of urgent signals an office begins with."""

from django.db import migrations

# name, words (joined by + only together), not if it says, months. Written from the office's list.
SIGNALS = [
    (
        "公共安全",
        "爆炸 煤气泄漏 燃气泄漏 天然气泄漏 触电 漏电 火灾 着火 持刀 溺水 危化品",
        "爆炸式 爆炸性",
        "",
    ),
    ("人身安全", "自杀 轻生 跳楼 喝农药 不想活 活不下去 割腕 寻短见 结束生命", "跳楼价", ""),
    ("坍塌", "坍塌 垮塌 倒塌 塌陷 塌方 山体滑坡 泥石流 决堤 溃坝 危房+裂缝 楼板+断裂", "", ""),
    ("中毒", "中毒 食物中毒 集体腹泻 投毒 毒气 水源污染", "中毒软件", ""),
    ("岁末年初欠薪", "拖欠+工资 欠薪 讨薪 血汗钱 农民工+工资 拖欠+工钱", "", "11 12 1 2"),
    ("公共秩序", "聚集 集体上访 拉横幅 堵路 围堵 静坐 罢工 罢课 罢运 群体性事件 游行", "聚集区 集聚区", ""),
]


def create_signals(signal) -> None:
    """The list an office begins with, as rows of the model `signal`."""
    signal.objects.bulk_create(
        signal(name=name, words=words, unless=unless, months=months)
        for name, words, unless, months in SIGNALS
    )


class Migration(migrations.Migration):
    dependencies = [("opinions", "0009_triage_learns")]
    operations = [
        migrations.RunPython(
            lambda apps, editor: create_signals(apps.get_model("opinions", "UrgentSignal")), migrations.RunPython.noop
        ),
    ]

"""Invented names: the surnames of the region, given names of everyday use; the same for the same Random."""

from random import Random

SURNAMES = "石龙吴麻廖彭田向张王杨李刘周梁隆施滕覃尚黄符陈贾鲁罗胡宋"
# Families that are many in the region come up more often.
WEIGHTS = [9, 8, 8, 6, 4, 8, 8, 7, 5, 4, 5, 4, 3, 3, 3, 3, 2, 3, 3, 2, 3, 2, 3, 2, 2, 2, 2, 1]
WOMEN = "秀英 桂香 玉兰 金花 美云 冬梅 春燕 丽华 小红 雪梅 彩霞 晓芳 腊梅 月娥 琼 敏 慧 娟 艳 琴".split()  # noqa: SIM905
MEN = "建国 志强 国平 兴旺 德军 永忠 胜利 文武 光明 启华 大勇 正平 长生 水生 勇 军 斌 涛 辉 伟".split()  # noqa: SIM905


def full_name(rng: Random) -> str:
    """Return a surname of the region and a given name."""
    return rng.choices(SURNAMES, WEIGHTS)[0] + rng.choice(WOMEN if rng.random() < 0.45 else MEN)


def phone(rng: Random) -> str:
    """Return a number of a block that reads as made up."""
    return f"1380000{rng.randint(0, 9999):04d}"


def dice(seed: str) -> Random:
    """Return chance that falls the same way for the same `seed`: for a story, never for a secret."""
    return Random(seed)

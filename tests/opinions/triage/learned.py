"""A small office's worth of decisions to learn from, invented."""

from opinions.triage.classifier.training_data import Example

PLACES = ["乾州", "镇溪", "河溪", "矮寨", "马颈坳", "丹青", "太平", "社塘", "双塘", "己略"]
ROADS = ["公交站台没有雨棚", "出租车拒载不打表", "村道坑洼客车难行", "公交晚点候车太久", "公路护栏损坏"]
SMELLS = ["污水直排河里", "夜间噪音扰民", "养猪场异味大", "垃圾焚烧冒黑烟", "工厂排污鱼死了"]


def examples(roads="02", smells="03") -> list[Example]:
    return [
        Example(
            f"{place}{matter}",
            f"{place}{matter}，请有关部门处理，第{number}次反映{place[::-1]}{number * 7}。",
            label,
        )
        for label, matters in ((roads, ROADS), (smells, SMELLS))
        for number, matter in enumerate(matters)
        for place in PLACES
    ]

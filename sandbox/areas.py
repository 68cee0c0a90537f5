"""The demo office's ground: the real areas of Xiangxi, invented studios, homes and agencies."""

from datetime import date
from pathlib import Path
from random import Random

import studios
from opinions.models import Category, Responsibility
from opinions.triage.category_import import import_categories
from studios.areas.importing import import_areas
from studios.models import Agency, County, Studio, Township, Village
from studios.pinyin import name_key

from .random_people import dice, full_name

AREAS = Path(studios.__file__).parent / "data"
PREFECTURE = "4331"
HOMES = 35

# Name after the county's own, and the categories (codes of the shipped tree) it is responsible for.
AGENCIES = {
    "agriculture": ("农业农村局", ["01"]),
    "land": ("自然资源局", ["02"]),
    "housing": ("住房和城乡建设局", ["03"]),
    "transport": ("交通运输局", ["04"]),
    "water": ("水利局", ["05"]),
    "industry": ("科技和工业信息化局", ["06"]),
    "ecology": ("生态环境分局", ["07"]),
    "education": ("教育和体育局", ["08"]),
    "health": ("卫生健康局", ["09"]),
    "labour": ("人力资源和社会保障局", ["10"]),
    "insurance": ("医疗保障局", ["1003"]),
    "civil": ("民政局", ["11"]),
    "tourism": ("文化旅游广电局", ["1201", "0804"]),
    "market": ("市场监督管理局", ["12"]),
    "police": ("公安局", ["13"]),
    "service": ("行政审批服务局", ["14", "99"]),
    "finance": ("财政局", ["15"]),
    "emergency": ("应急管理局", ["16"]),
}


def lay_out() -> None:
    """Create areas, categories, studios, agencies and their responsibilities. What is there stays as it is."""
    if not Township.objects.filter(code__startswith=PREFECTURE).exists():
        for name in ("xiangxi_townships.csv", "xiangxi_villages.csv"):
            with (AREAS / name).open("rb") as stream:
                import_areas(file=stream)
    import_categories()
    _studios()
    for county in counties():
        _agencies(county)


def counties() -> list[County]:
    """Return the prefecture's counties in force."""
    return list(County.objects.filter(code__startswith=PREFECTURE).current().order_by("code"))


def townships() -> list[Township]:
    """Return the prefecture's townships in force."""
    return list(Township.objects.filter(code__startswith=PREFECTURE, counted=True).current().order_by("code"))


def villages() -> dict[str, list[str]]:
    """Return township code → names of its villages and communities."""
    names: dict[str, list[str]] = {}
    for township, name in Village.objects.order_by("code").values_list("township", "name"):
        names.setdefault(township, []).append(name)
    return names


def _studios() -> None:
    """Create one studio in every township, and deputies' homes in some villages. `kind` never mixes the two."""
    rng, rows = dice("studios"), []
    for township in townships():
        rows.append(_studio(rng, township, 1, "studio", f"{township.name}代表联系群众工作室"))
    homes = list(Village.objects.filter(township__in=townships()).select_related("township").order_by("code"))
    for village in homes[:: max(1, len(homes) // HOMES)][:HOMES]:
        rows.append(_studio(rng, village.township, 2, "home", f"{village.name}代表之家", village))
    known = set(Studio.objects.values_list("code", flat=True))
    unique = {row.code: row for row in rows if row.code not in known}
    Studio.objects.bulk_create(unique.values())


def _studio(
    rng: Random, township: Township, place: int, kind: str, name: str, village: Village | None = None
) -> Studio:
    studio = Studio(code=f"{township.code}-{place}", kind=kind, name=name, township=township, village=village)
    studio.name_pinyin = name_key(studio)
    studio.address = f"{township.name}{village.name if village else '人民政府院内'}"
    studio.phone, studio.in_charge = f"0743-{rng.randint(8000000, 8999999)}", full_name(rng)
    studio.opening_hours = "每月5日、20日及赶场日 8:30—17:00"
    studio.plaque, studio.established_on = name, date(2013, rng.randint(3, 12), rng.randint(1, 28))
    studio.has_activity_room = kind == "studio" and rng.random() < 0.8
    studio.has_office = kind == "studio" and rng.random() < 0.6
    return studio


def _agencies(county: County) -> None:
    known = {agency.name: agency for agency in Agency.objects.filter(county=county)}
    for suffix, codes in AGENCIES.values():
        name = f"{county.name}{suffix}"
        agency = known.get(name)
        if agency is None:
            agency = Agency(county=county, name=name)
            agency.name_pinyin = name_key(agency)
            agency.save(force_insert=True)
        for category in Category.objects.filter(code__in=codes):
            Responsibility.objects.get_or_create(
                county=county, category=category, defaults={"agency": agency}
            )

"""The office of a walk: its areas, agencies and people.

`furnished` makes everything by the models, in a moment. `empty` begins with what has no page yet (the areas, which a
command imports, and the first administrator's account); all else is entered through the administrator's pages, with
one thing that these pages do by script: a line for a membership is added to the form.
"""

from dataclasses import dataclass, field

from accounts.models import User
from deputies.models import Deputy
from letters.models import Kind, Organ
from opinions.models import Category, Responsibility, TimeLimit
from studios.models import Agency, County, Membership, Studio, Township

from .drawn import COUNTIES, Drawn

PASSWORD = "Walk-the-house-2026"  # noqa: S105 — of throwaway accounts in a throwaway database
TOWNSHIPS = {
    "433101005": ("乾州街道", "subdistrict"),
    "433101007": ("镇溪街道", "subdistrict"),
    "433123100": ("沱江镇", "town"),
    "433123104": ("阿拉营镇", "town"),
}
BUREAUS = {"transport": "交通运输局", "ecology": "生态环境局", "water": "水利局"}
CATEGORIES = {
    "02": ("交通运输", "transport", "公交 井盖 红绿灯"),
    "03": ("环境保护", "ecology", "垃圾 夜间施工"),
}


@dataclass
class Person:
    """`over` says for what: a county or township code, or the key of an agency."""

    name: str
    role: str
    county: str
    over: str
    password: str = PASSWORD
    secret: str = ""  # of the authenticator app
    browser: object = None
    leaves: bool = False
    left_at: object = None
    was_over: str = ""  # the township before a merger


@dataclass
class Office:
    people: dict = field(default_factory=dict)  # username → Person
    agencies: dict = field(default_factory=dict)  # value in a form (its key) → (county, bureau)
    studios: dict = field(default_factory=dict)  # code → township

    def of(self, role: str, county: str = "", over: str = "") -> list[Person]:
        return [
            p for p in self.people.values()
            if p.role == role and not p.leaves and county in ("", p.county) and over in ("", p.over)
        ]  # fmt: skip


# The walk is about what happens to opinions; letters there wait for nobody to sign them off.
BY_RULE = {f"{kind}_by_rule": True for kind in Kind.values}


def posts() -> list[tuple[str, str, str, str]]:
    """(username, role, county, over) of everybody who works here; over an agency: its bureau."""
    rows = []
    for place, county in enumerate(COUNTIES, start=1):
        townships = [code for code in TOWNSHIPS if code.startswith(county)]
        rows += [(f"clerk{place}{t[-1]}", "clerk", county, t) for t in townships]
        for role in ("triage_officer", "supervisor", "county_official"):
            rows.append((f"{role}{place}", role, county, county))
        rows.append((f"deputy{place}", "deputy", county, townships[0]))
        rows += [(f"{bureau}{place}", "handler", county, bureau) for bureau in BUREAUS]
    return rows


def areas() -> None:
    for code, name in COUNTIES.items():
        County.objects.create(code=code, name=name)
    for code, (name, kind) in TOWNSHIPS.items():
        Township.objects.create(code=code, county_id=code[:6], name=name, kind=kind)


def administrator(office: Office) -> Person:
    user = User.objects.create_user("administrator", password=PASSWORD, name="管理员")
    Membership.objects.create(user=user, role="administrator", area_code="4331")
    found = office.people["administrator"] = Person("administrator", "administrator", "", "4331")
    return found


def studio_code(township: str) -> str:
    return f"{township}-1"


def furnished(drawn: Drawn) -> Office:
    office = Office()
    areas()
    administrator(office)
    for code, (name, _bureau, words) in CATEGORIES.items():
        Category.objects.create(code=code, name=name, keywords=words if drawn.keywords else "")
    keys = {}
    for county, place in COUNTIES.items():
        for bureau, name in BUREAUS.items():
            agency = Agency.objects.create(county_id=county, name=f"{place}{name}")
            keys[county, bureau] = str(agency.pk)
            office.agencies[str(agency.pk)] = (county, bureau)
        for code, (_name, bureau, _words) in CATEGORIES.items():
            Responsibility.objects.create(county_id=county, category_id=code, agency_id=keys[county, bureau])
        if drawn.letters[county] is not None:
            facts = {"name": f"{place}人大常委会", "short_name": f"{place[0]}人大"} | BY_RULE
            Organ.objects.create(county_id=county, issues_on_route=drawn.letters[county], **facts)
    for township, (name, _kind) in TOWNSHIPS.items():
        studio = Studio.objects.create(
            code=studio_code(township), name=f"{name}代表工作室", township_id=township, phone="0743-8222333"
        )
        office.studios[studio.code] = township
    for (county, clock, matter), days in drawn.limits.items():
        TimeLimit.objects.create(county_id=county or None, clock=clock, matter=matter, days=days)
    for post in posts():
        _account(office, keys, *post)
    return office


def _account(office: Office, keys: dict, username, role, county, over) -> None:
    user = User.objects.create_user(username, password=PASSWORD, name=username)
    if role == "handler":
        over = keys[county, over]
        Membership.objects.create(user=user, role=role, agency_id=over, is_head=True)
    else:
        Membership.objects.create(user=user, role=role, area_code=over)
    if role == "deputy":
        studio = Studio.objects.get(code=studio_code(over))
        Deputy.objects.create(name=f"代表{username[-1]}", township_id=over, studio=studio, user=user)
    office.people[username] = Person(username, role, county, over)

"""The demo's people: deputies, and an account for every role; usernames tell what they are for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from accounts.models import User
from deputies.models import Deputy, Level, Mandate, Term
from deputies.models.people import congress_of
from studios.models import Agency, County, Membership, Role, Studio, Township
from studios.pinyin import name_key

from . import areas as places
from .random_people import WOMEN, dice, full_name, phone

# Before the names of 吉首市's people stands nothing; before the others' the initials of their county.
INITIALS = {
    "433101": "",
    "433122": "lx_",
    "433123": "fh_",
    "433124": "hy_",
    "433125": "bj_",
    "433126": "gz_",
    "433127": "ys_",
    "433130": "ls_",
}
# The township whose clerk and deputy have the county's plain names (`clerk`, `fh_deputy`).
SEATS = {"433101": "433101004", "433123": "433123109"}
SHOWN = [f"{initials}{role}" for initials in ("", "fh_") for role in (
    "clerk", "officer", "handler", "head", "supervisor", "official", "deputy",
)] + ["prefecture", "prefecture_official", "auditor", "admin"]  # fmt: skip
DEPUTIES_PER_TOWNSHIP = (2, 3, 3)
OCCUPATIONS = [
    "村党支部书记",
    "种植大户",
    "中心小学教师",
    "卫生院医生",
    "合作社理事长",
    "个体经营户",
    "返乡创业者",
    "村民",
]
# The congresses of counties and townships in Xiangxi were elected at the end of 2021, for five years.
TERM, TERM_BEGAN, TERM_BEFORE_BEGAN = 18, date(2021, 12, 20), date(2016, 12, 20)


@dataclass(frozen=True)
class Post:
    """One account to be: a username, and the role over an area or an agency."""

    username: str
    role: str
    over: dict


def people(password: str) -> None:
    """Create the accounts and deputies; what is there stays, but every demo account takes the password."""
    _deputies()
    posts = _posts()
    hashed = make_password(password)  # one hash for all: three hundred would take ten seconds
    known = set(
        User.objects.filter(username__in=[post.username for post in posts]).values_list("username", flat=True)
    )
    User.objects.bulk_create(_user(post, hashed) for post in posts if post.username not in known)
    User.objects.filter(username__in=known).update(password=hashed)
    users = {
        user.username: user for user in User.objects.filter(username__in=[post.username for post in posts])
    }
    has_one = set(Membership.objects.filter(user__in=users.values()).values_list("user__username", flat=True))
    Membership.objects.bulk_create(
        Membership(user=users[post.username], role=post.role, **post.over)
        for post in posts
        if post.username not in has_one
    )
    for post in posts:
        if post.role == Role.DEPUTY:
            _link(users[post.username], post.over["area_code"])


def _user(post: Post, hashed: str) -> User:
    return User(username=post.username, password=hashed, name=full_name(dice(f"user {post.username}")))


def _posts() -> list[Post]:
    posts = [
        Post("prefecture", Role.SUPERVISOR, {"area_code": places.PREFECTURE}),
        Post("prefecture_official", Role.COUNTY_OFFICIAL, {"area_code": places.PREFECTURE}),
        Post("auditor", Role.AUDITOR, {"area_code": places.PREFECTURE}),
        Post("admin", Role.ADMINISTRATOR, {"area_code": places.PREFECTURE}),
    ]
    for county in places.counties():
        posts += _posts_of(county)
    return posts


def _posts_of(county: County) -> list[Post]:
    initials, area = INITIALS[county.pk], {"area_code": county.pk}
    townships = [township.pk for township in places.townships() if township.county_id == county.pk]
    seat = SEATS.get(county.pk, townships[0])
    posts = [
        Post(f"{initials}officer", Role.TRIAGE_OFFICER, area),
        Post(f"{initials}supervisor", Role.SUPERVISOR, area),
        Post(f"{initials}official", Role.COUNTY_OFFICIAL, area),
        Post(f"{initials}deputy", Role.DEPUTY, {"area_code": seat}),
    ]
    for code in townships:
        name = f"{initials}clerk" if code == seat else f"clerk_{code}"
        posts.append(Post(name, Role.CLERK, {"area_code": code}))
    agencies = {agency.name: agency for agency in Agency.objects.filter(county=county)}
    for slug, (suffix, _codes) in places.AGENCIES.items():
        agency = agencies[f"{county.name}{suffix}"]
        plain = slug == "transport"
        posts.append(
            Post(f"{initials}handler{'' if plain else '_' + slug}", Role.HANDLER, {"agency": agency})
        )
        if plain:
            posts.append(Post(f"{initials}head", Role.HANDLER, {"agency": agency, "is_head": True}))
    return posts


def _deputies() -> None:
    """Create two or three to a township, each at its studio."""
    have = set(Deputy.objects.values_list("township", flat=True))
    studios = {
        studio.township_id: studio for studio in Studio.objects.filter(kind="studio", code__endswith="-1")
    }
    rows = []
    for place, township in enumerate(places.townships()):
        if township.pk in have:
            continue
        rng = dice(f"deputies {township.pk}")
        for _number in range(DEPUTIES_PER_TOWNSHIP[place % 3]):
            deputy = Deputy(name=full_name(rng), township=township, studio=studios.get(township.pk))
            deputy.name_pinyin = name_key(deputy, person=True)
            deputy.sex = "female" if deputy.name[1:] in WOMEN else "male"
            deputy.ethnic_group = rng.choice(["土家族", "土家族", "苗族", "苗族", "汉族"])
            deputy.occupation = f"{township.name}{rng.choice(OCCUPATIONS)}"
            deputy.phone = phone(rng)
            rows.append(deputy)
    Deputy.objects.bulk_create(rows)
    _seats(rows)


def _seats(deputies: Iterable[Deputy]) -> None:
    """Give everybody a seat in the county's congress, every third also in the township's; some sat in the term
    before."""
    terms: dict[tuple[str, str, int], Term] = {}
    for deputy in deputies:
        rng = dice(f"seats {deputy.pk}")
        levels = [Level.COUNTY] + [Level.TOWNSHIP] * (
            rng.random() < 0.33 and deputy.township.kind != "subdistrict"
        )
        for level in levels:
            _seat(terms, deputy, level, TERM, TERM_BEGAN)
            if rng.random() < 0.3:
                _seat(terms, deputy, level, TERM - 1, TERM_BEFORE_BEGAN, ended_on=TERM_BEGAN)


def _seat(
    terms: dict[tuple[str, str, int], Term],
    deputy: Deputy,
    level: Level,
    number: int,
    begins: date,
    ended_on: date | None = None,
) -> None:
    key = (congress_of(level, deputy.township_id), level, number)
    if key not in terms:
        facts = {"starts_on": begins, "ends_on": ended_on}
        area, level, number = key
        terms[key], _new = Term.objects.get_or_create(
            area_code=area, level=level, number=number, defaults=facts
        )
    constituency = f"{deputy.township.name}第{1 + deputy.pk % 5}选区"
    Mandate.objects.create(deputy=deputy, term=terms[key], constituency=constituency, ended_on=ended_on)


def _link(user: User, township: str) -> None:
    """Link the deputy's account and the deputy: one person, of one name."""
    if Deputy.objects.filter(user=user).exists():
        return
    deputy = Deputy.objects.filter(township=township, user=None).order_by("pk").first()
    if deputy is None:
        raise LookupError(f"no deputy of {township} is without an account")
    Deputy.objects.filter(pk=deputy.pk).update(user=user)
    User.objects.filter(pk=user.pk).update(name=deputy.name, phone=phone(dice(user.username)))


def shown() -> list[tuple[str, str, str, str]]:
    """Return (username, name, role, over what) of the accounts to try the product with, in the order of the flow."""
    memberships = Membership.objects.filter(user__username__in=SHOWN).select_related("user", "agency")
    all_areas: list[County | Township] = [*places.counties(), *places.townships()]
    areas = {area.pk: area.name for area in all_areas}
    rows = {}
    for m in memberships:
        over = m.agency.name if m.agency else _area_name(m.area_code, areas)
        rows[m.user.username] = (m.user.username, m.user.name, str(m.get_role_display()), over)
    return [rows[username] for username in SHOWN if username in rows]


def _area_name(code: str, areas: dict) -> str:
    if code == places.PREFECTURE:
        return "湘西州"
    return "".join(areas.get(code[:length], "") for length in (6, 9) if length <= len(code))

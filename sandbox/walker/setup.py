"""How a walk's office comes to be, and what its administrator changes later: through the pages."""

import re
from urllib.parse import urlsplit

from . import filling, office
from .browser import Browser
from .drawn import BASE, COUNTIES

LATER = 2
SHOWN = re.compile(r'class="initial-password">([^<]+)<')


def made(walk):
    found = office.furnished(walk.drawn) if walk.drawn.world == "furnished" else _through_pages(walk)
    for person in found.people.values():
        person.browser = person.browser or Browser(BASE)
    walk.office = found
    if walk.drawn.ladder:
        _ladder(walk)
    return found


def _ladder(walk) -> None:
    """A county's own ladder: the general one, its last rung LATER working days later."""
    where = f"/supervision/ladder/?county={walk.drawn.ladder}"
    page = walk.open(walk.office.people["administrator"], where)
    form = next((f for f in page.forms if "reason" in f), None)
    days = [x for x in form.fields if x.name.endswith("-days") and x.value not in ("", "0")] if form else []
    if not days:
        return walk.fault("no form for the administrator", "/supervision/ladder/", page.text[:200])
    enter(walk, where, {days[-1].name: str(int(days[-1].value) + LATER), "reason": "主任会议决定"})


def enter(walk, url, values, *, leads_to=""):
    """The administrator fills in a form of the administration; the page it leads to."""
    admin = walk.office.people["administrator"]
    page = walk.open(admin, url)
    form = next(
        (f for f in page.forms if f.method == "POST" and set(values) & {x.name for x in f.fields}), None
    )
    if form is None:
        return walk.fault("no form for the administrator", url, f"{page.status} {page.text[:200]}")
    sent = filling.standing(form) | values
    sent |= {name: value for name, value in form.buttons if name == "_save"}
    answer = walk.send(admin, page, form, {n: v for n, v in sent.items() if v is not None})
    if answer.status >= 400 or answer.tree.xpath("//*[contains(@class,'errornote')]"):
        walk.fault("the administrator's form is refused", url, answer.text_of("//*[@id='content']")[:400])
    return answer


def _through_pages(walk):
    walk.office = found = office.Office()
    office.areas()
    office.administrator(found).browser = Browser(BASE)
    for code, (name, _bureau, _words) in office.CATEGORIES.items():
        enter(walk, "/admin/opinions/category/add/", {"code": code, "name": name})
    keys = {}
    for county, place in COUNTIES.items():
        for bureau, name in office.BUREAUS.items():
            enter(walk, "/admin/studios/agency/add/", {"county": county, "name": f"{place}{name}"})
            keys[county, bureau] = _key(walk, "/admin/studios/agency/", f"{place}{name}")
            found.agencies[keys[county, bureau]] = (county, bureau)
        for code, (_name, bureau, _words) in office.CATEGORIES.items():
            facts = {"county": county, "category": code, "agency": keys[county, bureau]}
            enter(walk, "/admin/opinions/responsibility/add/", facts)
        if walk.drawn.letters[county] is not None:
            facts = {"county": county, "name": f"{place}人大常委会", "short_name": f"{place[0]}人大"}
            facts |= dict.fromkeys(office.BY_RULE, "on")
            facts["issues_on_route"] = "on" if walk.drawn.letters[county] else None
            enter(walk, "/admin/letters/organ/add/", facts)
    for township, (name, _kind) in office.TOWNSHIPS.items():
        code = office.studio_code(township)
        facts = {
            "code": code,
            "name": f"{name}代表工作室",
            "kind": "studio",
            "township": township,
            "phone": "0743-8222333",
        }
        enter(walk, "/admin/studios/studio/add/", facts)
        found.studios[code] = township
    for (county, clock, matter), days in walk.drawn.limits.items():
        where = f"/opinions/limits/change/?county={county}&clock={clock}&matter={matter}"
        enter(walk, where, {"days": str(days), "reason": "主任会议决定"})
    for post in office.posts():
        _account(walk, found, keys, *post)
    return found


def _key(walk, url, name) -> str:
    """The key of the row of that name in a list of the administration."""
    page = walk.open(walk.office.people["administrator"], f"{url}?q={name}")
    link = next((href for href, text in page.links if text == name), "")
    return urlsplit(link).path.rstrip("/").split("/")[-2] if link else ""


def _account(walk, found, keys, username, role, county, over) -> None:
    """The line of the membership is added to the form as the page's script would."""
    line = {"role": role, "area_code": "" if role == "handler" else over}
    line |= {"agency": keys[county, over], "is_head": "on"} if role == "handler" else {}
    values = {"username": username, "name": username, "memberships-TOTAL_FORMS": "1"}
    page = enter(
        walk, "/admin/accounts/user/add/", values | {f"memberships-0-{n}": v for n, v in line.items()}
    )
    password = SHOWN.search(page.content.decode()) if page else None
    if not password:
        return walk.fault(
            "no first password is shown", "/admin/accounts/user/add/", page.text[:300] if page else ""
        )
    over = keys[county, over] if role == "handler" else over
    found.people[username] = office.Person(username, role, county, over, password=password[1])
    if role == "deputy":
        _deputy(walk, username, over)


def _deputy(walk, username, township) -> None:
    user = _key(walk, "/admin/accounts/user/", username)
    studio = _key(walk, "/admin/studios/studio/", office.studio_code(township)) or _key(
        walk, "/admin/studios/studio/", f"{office.TOWNSHIPS[township][0]}代表工作室"
    )
    facts = {"name": f"代表{username[-1]}", "township": township, "studio": studio, "user": user}
    enter(walk, "/admin/deputies/deputy/add/", facts)


def merge_townships(walk, away: str, to: str) -> None:
    """Shown first, then confirmed; whoever looked after the one looks after the other."""
    admin = walk.office.people["administrator"]
    page = walk.open(admin, f"/studios/townships/merge/?county={away[:6]}")
    form = next((f for f in page.forms if "away" in f), None)
    if form is None:
        return walk.fault("no form for the administrator", "/studios/townships/merge/", page.text[:200])
    values = filling.standing(form) | {
        "away": [away], "to": to, "on": walk.today.isoformat(), "decree": f"湘民行发〔{walk.today.year}〕1号",
    }  # fmt: skip
    for _turn in range(2):
        page = walk.send(admin, page, form, values)
        form = next((f for f in page.forms if f.method == "POST" and "away" in f), None)
        if form is None:
            break
        values = filling.standing(form) | dict([pair for pair in form.buttons if pair[0]][:1])
    if page.status >= 400:
        return walk.fault("a merger of townships is refused", "/studios/townships/merge/", page.text[:400])
    walk.successors[away], walk.merged_at = to, walk.now
    for person in walk.office.people.values():
        if person.over == away:
            person.over, person.was_over = to, away
    for code, township in walk.office.studios.items():
        walk.office.studios[code] = to if township == away else township
    for matter in walk.open_matters():
        matter.township = to if matter.township == away else matter.township


def deactivate(walk, person) -> None:
    admin = walk.office.people["administrator"]
    key = _key(walk, "/admin/accounts/user/", person.name)
    page = walk.open(admin, f"/admin/accounts/user/{key}/change/")
    form = next((f for f in page.forms if "is_active" in f), None)
    if form is None:
        return walk.fault("no form for the administrator", "/admin/accounts/user/N/change/", page.text[:200])
    values = filling.standing(form) | {name: value for name, value in form.buttons if name == "_save"}
    values.pop("is_active", None)
    answer = walk.send(admin, page, form, values)
    if answer.status < 400 and "is_active" not in str(answer.path):
        person.leaves, person.left_at = True, walk.now
        for matter in walk.open_matters():  # what they had goes back to triage: nobody else can act
            if matter.agency == person.over and matter.status in ("routed", "handling"):
                matter.take("hand_on", walk.now, {})

"""What citizens do: tell a studio something, look it up, say whether they are satisfied, come back."""

import re
from urllib.parse import urlsplit

from . import filling
from .oracle import TOLD
from .page import plain
from .rules import Notice

NUMBER = re.compile(r"\b\d{6}-\d{4}-\d{6}\b")
CODE = re.compile(r"\b\d{4} \d{4} \d{4} \d{4}\b")


def says(text, day) -> bool:
    """Whether a page names the day, in one of the ways in which pages write it."""
    return f"{day.month}月{day.day}日" in text or day.isoformat() in text


def tell(walk, turn) -> None:
    """Hand an opinion in on a studio's page."""
    who, rng = walk.public, walk.rng
    who.browser.forget()  # each citizen has their own
    code = rng.choice(sorted(walk.office.studios))
    studio = walk.open(who, f"/p/{code}/")
    links = studio.linked(rf"/p/{code}/new/")
    if not links:
        return walk.fault("nowhere to tell it", "/p/STUDIO/", f"{studio.status} {studio.url}")
    page = walk.follow(who, studio, links[0])
    form = page.form(rf"/p/{code}/new/")
    values = filling.filled(form, rng, walk.today, {"website": "", "files": None, **_who_tells(rng)})
    if rng.random() < 0.1:
        wrongly(walk, page, form, values)
    answer = walk.send(who, page, form, values)
    if answer.status >= 400:
        return refused(walk, answer, form, values, "tell")
    number, query = NUMBER.search(answer.text), CODE.search(answer.text)
    if not number or not query:
        return walk.fault("no receipt", "/p/STUDIO/new/", answer.text[:300])
    redirected(walk, answer)
    matter = walk.add(
        county=number[0][:6], township=walk.unit(walk.office.studios[code]), studio=code, channel="web",
        kind=values["matter_type"], phone=values["citizen_phone"], number=number[0], title=values.get("title", ""),
        name=values.get("citizen_name", ""), deputy=values.get("deputy", ""),
    )  # fmt: skip
    matter.code = query[0]
    if not says(answer.text, matter.due):
        walk.fault(
            "another day is promised",
            "the receipt",
            f"{matter.due} is not in: {answer.text[:400]}",
            matter.label,
        )
    if rng.random() < 0.15:
        _back_and_again(walk, page, form, values, number[0])


def _who_tells(rng) -> dict:
    if rng.random() < 0.3:
        return {"anonymous": "on", "citizen_name": "", "citizen_phone": ""}
    phone = rng.choice(filling.PHONES) if rng.random() < 0.8 else ""
    return {"anonymous": None, "citizen_phone": phone, "citizen_name": rng.choice(filling.NAMES)}


def redirected(walk, answer) -> None:
    """After a form comes a page of its own: to load it again sends nothing twice."""
    if answer.sent and answer.status < 400:
        from .checks import where

        walk.fault(
            "a form is answered without a redirect", where(answer.url), "loading it again sends it again"
        )


def wrongly(walk, page, form, values) -> None:
    """Something needed is left out: it is said beside the field, and nothing typed is lost."""
    from .checks import where

    spoilt, name = filling.spoiled(form, values, walk.rng)
    if not name and "consent" in form:
        spoilt, name = {n: v for n, v in values.items() if n != "consent"}, "consent"
    if not name:
        return
    who = walk.public if walk.turn.who in ("", "citizen") else walk.person(walk.turn.who)
    answer = walk.send(who, page, form, spoilt)
    again = answer.form(re.escape(urlsplit(form.action).path))
    if answer.status not in (200, 422) or again is None:
        return walk.fault(
            "a mistake is not answered with the form", where(form.action), f"{answer.status}, {name} left out"
        )
    kept = filling.standing(again)
    for one in form.fields:
        typed = spoilt.get(one.name)
        written = one.kind in ("text", "textarea", "tel") and isinstance(typed, str) and typed.strip()
        if written and plain(kept.get(one.name, "")) != plain(typed):
            lost = f"{one.name}: {typed!r} → {kept.get(one.name)!r}"
            walk.fault("what was typed is lost", where(form.action), lost)


def refused(walk, answer, form, values, what) -> None:
    walk.fault(
        "offered, filled in properly, and refused", what, f"{answer.status} {values} {answer.text[:400]}"
    )


def _back_and_again(walk, page, form, values, number) -> None:
    """Back and once more, as a browser does it: a page that may not be kept is fetched again."""
    if "no-store" in page.headers.get("Cache-Control", ""):
        page = walk.open(walk.public, page.url)
        form = page.form(re.escape(urlsplit(form.action).path))
    if form is None:  # it leads to the receipt
        return
    hidden = {one.name: one.value for one in form.fields if one.kind == "hidden"}
    answer = walk.send(walk.public, page, form, values | hidden)
    found = NUMBER.search(answer.text)
    if found and found[0] != number and answer.status < 400:
        walk.fault("Back and once more files it twice", "/p/STUDIO/new/", f"{number} and {found[0]}")
        code = CODE.search(answer.text)
        first = walk.matter(number)
        twin = walk.add(
            county=first.county, township=first.township, studio=first.studio, channel="web", kind=first.kind,
            phone=first.phone, number=found[0],
        )  # fmt: skip
        twin.label, twin.code = f"{first.label}b", code[0] if code else ""
        walk.matters[first.label], walk.matters[twin.label] = first, twin


def look_up(walk, turn) -> None:
    """By the code of the receipt; then perhaps one of the buttons under the matter."""
    matter, who = walk.matters[turn.about], walk.public
    who.browser.forget()
    page = walk.open(who, "/p/track/")
    form = page.form("/p/track/")
    page = walk.send(
        who,
        page,
        form,
        filling.filled(form, walk.rng, walk.today, {"code": matter.code, "tail": matter.phone[-4:]}),
    )
    if matter.number not in page.text:
        return walk.fault("a receipt's code finds nothing", "/p/track/", f"{page.status}: {page.text[:300]}")
    if matter.status == "answered":  # whoever reads the answer has been told
        matter.take("report_back", walk.now, {"how": "web"})
        tell_followers(walk, matter)
    check_progress(walk, page, matter)
    taking = [f for f in page.forms if re.fullmatch(r"/p/track/(\w+)/", urlsplit(f.action).path)]
    if taking and walk.rng.random() < 0.7:
        take(walk, page, matter, walk.rng.choice(taking))


def take(walk, page, matter, form) -> None:
    code, rng = urlsplit(form.action).path.split("/")[3], walk.rng
    if code == "withdraw" and rng.random() < 0.7:
        return
    given = {"reason": rng.choice(filling.SENTENCES)} if "reason" in form else {}
    if "satisfaction" in form:
        given["satisfaction"] = rng.choice(["satisfied", "mostly", "not", "not"])
    values = filling.filled(form, rng, walk.today, given)
    answer = walk.send(walk.public, page, form, values)
    if answer.status >= 400:
        if answer.status < 500:
            refused(walk, answer, form, values, f"the citizen's {code}")
        return
    known = matter.take(code, walk.now, values)
    redirected(walk, answer)
    if not known:
        matter.uncertain = code
        return
    if matter.number in answer.text:
        check_progress(walk, answer, matter)


def check_progress(walk, page, matter) -> None:
    """What the page promises, and what the citizen was told."""
    target, today, text = walk.matter(matter.into) or matter, walk.today, page.text
    if matter.uncertain or target.uncertain:
        return
    told = target.status in TOLD
    has_form = any("satisfaction" in form for form in page.forms)
    at = f"progress, {matter.status}" + (f" into {target.status}" if matter.into else "")
    asked = page.form("/p/track/answer_question/") is not None
    if asked != bool(matter.question) or (asked and plain(matter.question) not in text):
        said = f"asked by the oracle: {matter.question!r}, a form on the page: {asked}"
        walk.fault("a question and its form do not go together", at, said)
    if missing := [words for words in matter.said if plain(words) not in text]:
        walk.fault("what was said meanwhile is not on the page", at, f"{matter.number}: {missing}")
    if leaked := [words for words in matter.kept_back if plain(words) in text]:
        walk.fault("what is the staff's alone is on the citizen's page", at, f"{matter.number}: {leaked}")
    if told and target.answer and plain(target.answer) not in text:
        walk.fault("the answer on the page is not the agency's", at, target.answer)
    if "您可以评价" in text and not has_form:
        walk.fault("an evaluation is promised and there is no form", at, text[:300])
    if told and not has_form and not matter.evaluated and not (matter.into and target.evaluated):
        walk.fault("told the answer, with no way to say what they think of it", at, text[:300])
    day = {"registered": target.due, "routed": target.answer_due, "handling": target.answer_due}.get(
        target.status
    )
    if day and today <= day and not target.suspended and not says(text, day):
        walk.fault("another day is promised", at, f"{day} is not in: {text[:400]}")


def tell_followers(walk, target) -> None:
    """Whose opinion follows this one is told its answer, unless they have said what they think of an earlier one."""
    for matter in walk.matters.values():
        if matter.into == target.number and matter.phone and not matter.evaluated:
            why = "the answer of the opinion it was merged into"
            matter.notices.append(Notice(("citizen", matter.phone), matter.number, walk.now, why))


def wander(walk, turn) -> None:
    """A stranger with a wrong code, an address that is none, and the public pages' links."""
    who, rng = walk.public, walk.rng
    chance = rng.random()
    if chance < 0.3:
        page = walk.open(who, "/p/track/")
        form = page.form("/p/track/")
        answer = walk.send(
            who,
            page,
            form,
            filling.filled(form, rng, walk.today, {"code": "1234 5678 9012 3456", "tail": ""}),
        )
        if answer.status not in (422, 429, 200):
            walk.fault("a wrong code", "/p/track/", str(answer.status))
    elif chance < 0.5:
        walk.open(
            who,
            rng.choice(
                ["/p/no-such-studio/", "/p/evaluate/nonsense/", "/p/track/fly/", "/p/bulletin/999999/"]
            ),
        )
    else:
        page = walk.open(
            who,
            rng.choice(
                ["/", "/p/track/", f"/p/{rng.choice(sorted(walk.office.studios))}/", "/p/bulletin/433101/"]
            ),
        )
        for _hop in range(rng.randint(1, 3)):
            if not page.links:
                return
            page = walk.follow(who, page, rng.choice(page.links)[0])


def _pick_coded(walk, rng):
    coded = [m.label for m in walk.matters.values() if m.code and not m.uncertain]
    return ("", rng.choice(coded)) if coded else None


TURNS = {
    "tell": (tell, lambda walk, rng: ("", ""), lambda walk: 30 if len(walk.open_matters()) < 12 else 4),
    "look up": (look_up, _pick_coded, lambda walk: 12),
    "wander": (wander, lambda walk, rng: ("", ""), lambda walk: 3),
}

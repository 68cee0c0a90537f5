"""A clerk's calls, one after the other, each saved in one go; and another query code for who lost theirs."""

import re

from . import citizens, filling
from .citizens import CODE, NUMBER

RESULTS = ["satisfied", "mostly", "not", "reached", "unreached"]


def call(walk, turn) -> None:
    """From the list of calls to make to the next one; one save does report back, call back and evaluation."""
    who, rng = walk.person(turn.who), walk.rng
    page = walk.open(who, "/opinions/calls/")
    check_list(walk, who, page)
    links = page.linked(r"/opinions/calls/\d[\d-]+/")
    for _call in range(rng.choice([1, 1, 2, 3])):
        if not links:
            return
        page = walk.follow(who, page, rng.choice(links))
        number = NUMBER.search(page.path)
        matter = walk.matter(number[0]) if number else None
        form = page.form(rf"/opinions/calls/{number[0]}/") if number else None
        if matter is None or form is None:
            return walk.fault("a call has no form", "/opinions/calls/NUMBER/", f"{page.status} {page.url}")
        page = _save(walk, who, page, matter, form)
        links = [page.url] if page is not None and re.fullmatch(r"/opinions/calls/[\d-]+/", page.path) else []


def _save(walk, who, page, matter, form):
    rng = walk.rng
    if rng.random() < 0.5 and (shown := page.form(rf"/opinions/calls/{matter.number}/number/")):
        page = walk.send(who, page, shown, filling.standing(shown))
        form = page.form(rf"/opinions/calls/{matter.number}/")
        if matter.phone not in page.text:
            walk.fault("the number is asked for and not shown", "/opinions/calls/NUMBER/", page.text[:200])
    values = filling.standing(form) | {"result": rng.choice(RESULTS), "words": rng.choice(filling.SENTENCES)}
    if values["result"] == "not" and rng.random() < 0.2:  # why, is asked first
        answer = walk.send(who, page, form, values | {"words": " "})
        if answer.status != 422:
            walk.fault("dissatisfied without a word", "/opinions/calls/NUMBER/", str(answer.status))
    was = matter.status
    answer = walk.send(who, page, form, values)
    if answer.status >= 400:
        citizens.refused(walk, answer, form, values, f"a call in {was}")
        return None
    citizens.redirected(walk, answer)
    matter.take("call", walk.now, values)
    if was == "answered" != matter.status:
        citizens.tell_followers(walk, matter)
    return answer


def check_list(walk, who, page) -> None:
    """All who are to be phoned about what this clerk looks after, and nobody else."""
    own = [m for m in walk.matters.values() if walk.unit(m.township) == walk.unit(who.over)]
    must = {m.number for m in own if m.to_be_called}
    if any(m.uncertain for m in own) or page.linked(r"/opinions/calls/.*page.*"):
        return
    shown = {NUMBER.search(url)[0] for url in page.linked(r"/opinions/calls/\d[\d-]+/")}
    if shown != must and len(must) < 20:
        said = f"missing {sorted(must - shown)}, too many {sorted(shown - must)}"
        walk.fault("another list of calls", "/opinions/calls/", f"{who.name}: {said}")


def who_asks(matter, rng) -> dict:
    """What a citizen says who lost the code: four digits, else the name, else the clerk says how they knew them."""
    if matter.phone:
        return {"tail": matter.phone[-4:], "name": ""}
    if matter.name:
        return {"tail": "", "name": matter.name}
    return {"tail": "", "name": "", "reason": rng.choice(filling.SENTENCES)}


def another_code(walk, answer, matter) -> None:
    """The slip holds another code, and the former one finds nothing any more."""
    found, former = CODE.search(answer.text), matter.code
    if not found or found[0] == former:
        return walk.fault("no other code on the slip", "reissue_code", f"{answer.status} {answer.url}")
    matter.code = found[0]
    walk.public.browser.forget()
    page = walk.open(walk.public, "/p/track/")
    form = page.form("/p/track/")
    values = filling.filled(form, walk.rng, walk.today, {"code": former, "tail": matter.phone[-4:]})
    if former and matter.number in walk.send(walk.public, page, form, values).text:
        walk.fault("the former code still finds it", "/p/track/", matter.number)


def _a_caller(walk, rng):
    waits = {walk.unit(m.township) for m in walk.matters.values() if m.to_be_called and not m.uncertain}
    clerks = [p for p in walk.office.of("clerk") if walk.unit(p.over) in waits]
    return (rng.choice(clerks).name, "") if clerks else None


TURNS = {"call": (call, _a_caller, lambda walk: 6)}

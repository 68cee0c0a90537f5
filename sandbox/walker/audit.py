"""What is looked up to be checked: inboxes, text messages, letters, figures; and what changes in the office itself."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from . import filling
from .checks import where
from .detail import day_in
from .drawn import COUNTIES, PATIENCE
from .figures import columns_of, stated
from .workdays import works

ROLES = {"officer": "triage_officer", "supervisor": "supervisor"}


def is_quiet(walk, at) -> bool:
    if not walk.drawn.quiet_hours:
        return False
    since, until = walk.drawn.quiet_hours.split("-")
    clock = f"{at:%H:%M}"
    return clock >= since or clock < until


def _group(walk, notice) -> list:
    """Whom a notice names: who was there then. What was told before a merger was told to each one's own."""
    if notice.to[0] == "clerk" and walk.merged_at and notice.since < walk.merged_at:
        return [p for p in walk.office.of("clerk") if (p.was_over or p.over) == notice.to[1]]
    return _unit(walk, notice.to)


def _unit(walk, to) -> list:
    if to[0] == "clerk":
        return [p for p in walk.office.of("clerk") if walk.unit(p.over) == walk.unit(to[1])]
    if to[0] == "handler":
        return walk.office.of("handler", over=to[1])
    return walk.office.of(ROLES[to[0]], to[1])


def _left_since(walk, notice) -> bool:
    """Whether who was to be told has left after it."""
    leavers = [p for p in walk.office.people.values() if p.leaves and p.left_at >= notice.since]
    return notice.to[0] == "handler" and any(p.over == notice.to[1] for p in leavers)


def inbox(walk, turn) -> None:
    """Everything the person must have been told is in their messages."""
    who = walk.person(turn.who)
    due = [
        n for m in walk.matters.values() if not m.uncertain
        for n in m.notices if n.to[0] != "citizen" and (n, who.name) not in walk.told and who in _group(walk, n)
    ]  # fmt: skip
    found: list = []
    page = walk.open(who, "/messages/")
    for _turn in range(12):
        for row in page.tree.xpath("//tbody/tr"):
            times = row.xpath(".//time/@datetime")
            found.append((row.text_content(), times[0] if times else ""))
        following = page.tree.xpath("//a[@rel='next']/@href")
        if not following or len(due) == 0:
            break
        page = walk.follow(who, page, page.url.partition("?")[0] + following[0])
    _open_one(walk, who, page)
    for notice in due:
        since = (notice.since - timedelta(minutes=1)).isoformat()
        if not any(notice.about in text and at[:16] >= since[:16] for text, at in found):
            walk.fault(
                "somebody was not told",
                f"{notice.to[0]}: {notice.why}",
                f"{notice.about} since {notice.since:%m-%d %H:%M}, {who.name}",
            )
        walk.told.add((notice, who.name))


def _open_one(walk, who, page) -> None:
    """A message that is opened leads to what it is about, or says that it is no longer with this person."""
    offered = [
        form for form in page.forms if re.fullmatch(r"/messages/\d+/open/", urlsplit(form.action).path)
    ]
    if offered:
        form = walk.rng.choice(offered)
        answer = walk.send(who, page, form, filling.standing(form))
        if answer.status >= 400:
            walk.fault(
                "a message leads nowhere", where(answer.url), f"{answer.status} {answer.url} for {who.name}"
            )


def texts(walk, turn) -> None:
    """Citizens with a phone have their text messages; and what was sent somewhere has somebody there."""
    from .phones import ARRIVED

    for matter in walk.matters.values():
        for notice in matter.notices:
            if notice in walk.told or matter.uncertain:
                continue
            if notice.to[0] != "citizen":
                walk.told.add(notice)
                if not _unit(walk, notice.to) and not _left_since(walk, notice):
                    walk.fault(
                        "nobody is there to be told",
                        f"{notice.to[0]}: {notice.why}",
                        notice.about,
                        matter.label,
                    )
            elif not is_quiet(walk, walk.now) and walk.now - notice.since > PATIENCE:
                walk.told.add(notice)
                if not any(t.phone == notice.to[1] and t.at >= notice.since for t in ARRIVED):
                    walk.fault(
                        "a citizen was not told",
                        notice.why,
                        f"{notice.about} since {notice.since:%m-%d %H:%M}",
                        matter.label,
                    )


def letters(walk, turn) -> None:
    """No letter leaves by itself on a day off."""
    who = walk.person(turn.who)
    page = walk.open(who, "/letters/")
    for row in page.tree.xpath("//tbody/tr"):
        text = " ".join(row.itertext())
        left = day_in(row.xpath("string(td[4])"), walk.today)
        if left and not works(left):
            walk.fault("a letter leaves on a day off", "/letters/", f"{left}: {' '.join(text.split())[:120]}")


def figures(walk, turn) -> None:
    """A month's figures of a county, on each page that shows them."""
    who, rng = walk.person(turn.who), walk.rng
    matters = [m for m in walk.matters.values() if m.county == who.county]
    if not matters or any(m.uncertain for m in matters):
        return
    month = rng.choice(sorted({f"{m.registered_on:%Y-%m}" for m in matters}))
    frozen = (who.county, month) in walk.frozen
    for path in (f"/reports/{month}/?county={who.county}", f"/dashboard/?county={who.county}&period={month}"):
        page = walk.open(who, path)
        if page.status != 200:
            walk.fault("figures cannot be read", where(path), f"{page.status}")
            continue
        shown = columns_of(page)
        if not shown:
            walk.fault("no figures on the page", where(path), page.text[:200])
        must_be = stated(walk, matters, month)
        if path.startswith("/dashboard/"):  # there it is a stage, and not who has been told
            told = [m for m in matters if m.status == "reported_back" and f"{m.registered_on:%Y-%m}" == month]
            must_be = must_be | {"已反馈": len(told)}
            if frozen:
                del must_be["已反馈"]
        for label, must in must_be.items():
            if label in shown and shown[label] != must:
                walk.fault(
                    "a frozen month moved" if frozen else "another figure",
                    f"{where(path)} {label}",
                    f"{month} {who.county}: {must} by the oracle, {shown[label]} on the page",
                )


def merger(walk, turn) -> None:
    """A township ends and another takes over, as the administrator enters it."""
    from . import setup

    setup.merge_townships(walk, "433101007", "433101005")


def leave(walk, turn) -> None:
    """The only handler of an agency leaves: the administrator ends the account."""
    from . import setup

    setup.deactivate(walk, walk.office.of("handler", "433101")[-1])


def _overseer(walk, rng):
    county = rng.choice(list(COUNTIES))
    return rng.choice(
        walk.office.of("supervisor", county) + walk.office.of("county_official", county)
    ).name, ""


def _reader(walk, rng):
    roles = ("clerk", "triage_officer", "handler", "supervisor")
    return rng.choice([p.name for p in walk.office.people.values() if p.role in roles and not p.leaves]), ""


def _supervisor(walk, rng):
    return rng.choice(walk.office.of("supervisor")).name, ""


def _once(name):
    return lambda walk, rng: ("administrator", "") if not walk.done[name] else None


TURNS = {
    "inbox": (inbox, _reader, lambda walk: 7),
    "texts": (texts, lambda walk, rng: ("", ""), lambda walk: 8),
    "letters": (letters, _supervisor, lambda walk: 1.5),
    "figures": (figures, _overseer, lambda walk: 4),
    "merger": (
        merger,
        _once("merger"),
        lambda walk: 0.6 if walk.drawn.merger and len(walk.matters) > 8 else 0,
    ),
    "leave": (leave, _once("leave"), lambda walk: 0.6 if walk.drawn.leaver and len(walk.matters) > 8 else 0),
}

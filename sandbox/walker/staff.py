"""What staff do: write opinions down, take what an opinion's page offers them, look around."""

import re
from urllib.parse import urlsplit

from . import calls, citizens, filling, office
from .citizens import CODE, NUMBER
from .detail import check_detail, check_last_day, check_standstill

# Pages under an opinion's address that are no action.
READING = {"slip", "call", "print", "copy", "alike", "seen", "reveal", "files"}
LEFT_ALONE = {"erase"}  # what is erased says nothing any more
OFTEN = {"route": 9, "sign": 9, "answer": 7, "report_back": 8, "joint_sign": 6, "joint_answer": 5, "evaluate": 3,
         "grant_extension": 4, "refuse_extension": 2, "acknowledge": 4, "resume": 3, "unmerge": 2, "reconsider": 3,
         "withdraw": 0.5, "decline": 0.6, "merge": 1.2, "return_it": 0.7, "give_copy": 0.2, "escalate": 0.2,
         "notify": 0.8, "reissue_code": 0.3, "issue_handover": 0.6, "issue_reply": 0.6}  # fmt: skip
SAFE = re.compile(r"/(?!logout|password|second-factor|i18n|admin|login)[^?]*")


def register(walk, turn) -> None:
    """At the desk: what somebody said there, on the phone or on paper."""
    who, rng = walk.person(turn.who), walk.rng
    page = walk.open(who, "/opinions/new/")
    form = page.form("/opinions/new/")
    if form is None:
        return walk.fault("no form to write an opinion down", who.role, f"{page.status} {page.text[:200]}")
    given = {"citizen_phone": rng.choice([*filling.PHONES, "", ""]), "files": None}
    for name in ("category", "recorded_for", "outside_number", "received_on"):
        given[name] = ""
    if "channel" in form:
        given["channel"] = rng.choice(["phone", "visit", "reception", "box", "letter", "sms"])
        given["channel"] = (
            given["channel"] if _offers(form["channel"], given["channel"]) else form["channel"].options[1][0]
        )
    values = filling.filled(form, rng, walk.today, given, button="detail")
    if rng.random() < 0.08:
        citizens.wrongly(walk, page, form, values)
    answer = walk.send(who, page, form, values)
    found = NUMBER.search(answer.path)
    if not found:
        return citizens.refused(walk, answer, form, values, f"register by {who.role}")
    matter = walk.add(
        county=found[0][:6], township=values["township"], studio=_studio(form, values), channel=values["channel"],
        kind=values["matter_type"], phone=values["citizen_phone"], number=found[0], title=values["title"],
        name=values.get("citizen_name", ""), deputy=values.get("deputy", ""),
    )  # fmt: skip
    if who.role == "deputy":  # what they write down was told to them
        matter.deputy = urlsplit(walk.open(who, "/deputies/me/").url).path.split("/")[2]
    check_detail(walk, who, answer, matter)
    slip = walk.open(who, f"/opinions/{matter.number}/print/")
    if code := CODE.search(slip.text) or CODE.search(answer.text):
        matter.code = code[0]
    else:
        walk.fault(
            "a citizen leaves with empty hands", "the register form", "no query code on it", matter.label
        )


def _studio(form, values) -> str:
    """The code of the studio that was chosen, by its name; the form knows it by its key."""
    chosen = dict(form["studio"].options).get(values.get("studio"), "") if "studio" in form else ""
    named = {f"{name}代表工作室": office.studio_code(code) for code, (name, _k) in office.TOWNSHIPS.items()}
    return next((code for name, code in named.items() if name in chosen), "")


def _offers(field, value) -> bool:
    return any(value == offered for offered, _label in field.options)


def act(walk, turn) -> None:
    """Open an opinion and take one of the actions that its page offers."""
    who, matter = walk.person(turn.who), walk.matters[turn.about]
    page = walk.open(who, f"/opinions/{matter.number}/")
    if page.status in (403, 404):
        if sees(walk, who, matter):
            not_there = f"{page.status} {matter.number}"
            walk.fault("an opinion is not there for who looks after it", who.role, not_there)
        return
    check_detail(walk, who, page, matter)
    offered = {}
    for url in page.linked(rf"/opinions/{matter.number}/[a-z_]+/"):
        code = urlsplit(url).path.split("/")[3]
        if code not in READING | LEFT_ALONE:
            offered[code] = url
    check_standstill(walk, who, matter, offered)
    if offered:
        code = walk.rng.choices(list(offered), [OFTEN.get(one, 1) for one in offered])[0]
        panel = walk.follow(who, page, offered[code])
        form = panel.form(rf"/opinions/{matter.number}/{code}/")
        if panel.status != 200 or form is None:
            seen = f"{panel.status} {matter.number} {panel.text[:200]}"
            return walk.fault("an action is offered and has no form", code, seen)
        _take(walk, who, panel, matter, code, form)


def _take(walk, who, panel, matter, code, form) -> None:
    """Fill the action's form in and send it; what stands beside a field is put right once."""
    rng = walk.rng
    given = _given(walk, code, matter, form, rng)
    if given is None:
        return
    if code in ("suspend", "ask_citizen"):
        check_last_day(walk, matter, code, form["until_on"].value)
    values = filling.filled(form, rng, walk.today, given)
    if rng.random() < 0.06:
        citizens.wrongly(walk, panel, form, values)
    answer = walk.send(who, panel, form, values)
    if answer.status == 422 and (again := answer.form(rf"/opinions/{matter.number}/{code}/")):
        better = filling.corrected(again, values, rng, walk.today)
        if better is not None:
            values = better
            answer = walk.send(who, answer, again, values)
    if answer.status >= 400 and answer.sent:
        if answer.status < 500:
            citizens.refused(walk, answer, form, values, f"{code} by {who.role} in {matter.status}")
        return
    if answer.status >= 400:
        lost = f"{who.role}: {answer.status} {answer.path}"
        walk.fault("done, and led to a page that is not there", code, lost)
    citizens.redirected(walk, answer)
    if code == "amend":
        values |= {"studio": _studio(form, values)}
    _done(walk, who, answer, matter, code, values)


def _given(walk, code, matter, form, rng) -> dict | None:
    """What must stand in some of an action's fields; None: leave it for now."""
    given = {"files": None}
    if code == "merge" and "into" in form:
        if any(m.into == matter.number for m in walk.matters.values()):
            return None
        given["into"] = next(iter(_targets(walk, matter, rng)), None)
        given |= {"candidate": None, "answered": None, "urgent_seen": "on" if "urgent_seen" in form else None}
        if not given["into"]:
            return None
    elif code == "route":
        lead = rng.choice([value for value, _label in form["lead_agency"].options if value])
        given |= {"lead_agency": lead, "joint_days": "", "designated": None}
        if "joint_agencies" in form:
            others = [value for value, _label in form["joint_agencies"].options if value != lead]
            given["joint_agencies"] = [value for value in others if rng.random() < 0.2]
    elif code == "evaluate":
        given |= {
            "satisfaction": rng.choice(["satisfied", "mostly", "not"]),
            "reason": rng.choice(filling.SENTENCES),
        }
    elif code in ("note_internally", "note_progress"):  # like no other words, so that they are known again
        given["words"] = f"{rng.choice(filling.SENTENCES)}（{walk.turn.number}）"
    elif code == "amend":  # nobody corrects nothing
        given["title"] = f"{rng.choice(filling.TITLES)}（{walk.turn.number}）"
    elif code == "redact":  # the agency goes on reading what the citizen said
        given["hide"] = ""
    elif code == "reissue_code":
        given |= calls.who_asks(matter, rng)
    elif code == "notify":
        given["kind"] = rng.choice([value for value, _label in form["kind"].options])
        given["letter"] = "on" if given["kind"] == "supervise" and rng.random() < 0.5 else None
    return given


def _targets(walk, matter, rng) -> list[str]:
    """Opinions that it may be merged into: of the county, being dealt with or closed."""
    fit = [
        m.number for m in walk.matters.values()
        if m.county == matter.county and m is not matter and m.status in ("routed", "handling", "answered")
    ]  # fmt: skip
    rng.shuffle(fit)
    return fit


def _done(walk, who, answer, matter, code, values) -> None:
    """What the action must have brought about, by the oracle; and what the page says of it."""
    if matter.uncertain:
        return check_detail(walk, who, answer, matter)
    if not matter.take(code, walk.now, values, by=who.over):
        matter.uncertain = code
    if code == "amend":
        walk.to_settle.add(matter.label)
    if code == "merge":
        matter.follow(walk.matter(matter.into))
    if code == "report_back":
        citizens.tell_followers(walk, matter)
    if code == "reissue_code":
        calls.another_code(walk, answer, matter)
    if answer.path == f"/opinions/{matter.number}/":
        check_detail(walk, who, answer, matter)


def sees(walk, who, matter) -> bool:
    if who.role == "handler":
        return who.over == matter.agency or who.over in matter.joint
    if who.role == "clerk":
        return walk.unit(who.over) == walk.unit(matter.township)
    return who.role in ("triage_officer", "supervisor", "county_official") and who.county == matter.county


# --- looking around
def browse(walk, turn) -> None:
    """From the home page along the links that are offered; now and then a form on the way is filled in."""
    who, rng = walk.person(turn.who), walk.rng
    page = walk.open(who, "/")
    for _hop in range(rng.randint(2, 5)):
        links = [url for url, _text in page.links if SAFE.fullmatch(urlsplit(url).path)]
        if not page.is_html or not links:
            return
        page = walk.follow(who, page, rng.choice(links))
        if page.status == 200 and rng.random() < 0.15:
            odd = walk.open(who, f"/login/?next={urlsplit(page.url).path}") if rng.random() < 0.2 else None
            page = odd if odd is not None and odd.status == 200 else page


def _pick_acting(walk, rng):
    """An opinion, and mostly the person whose turn it is."""
    known = [m for m in walk.matters.values() if m.number]
    if not known:
        return None
    waiting = [
        m for m in known if m.status in ("registered", "routed", "handling", "answered", "reported_back")
    ]
    matter = rng.choice(waiting if waiting and rng.random() < 0.85 else known)
    people = _owners(walk, matter, rng) if rng.random() < 0.85 else []
    people = people or [p for p in walk.office.people.values() if not p.leaves and sees(walk, p, matter)]
    return (rng.choice(people).name, matter.label) if people else None


def _owners(walk, matter, rng) -> list:
    of = walk.office.of
    clerks = [p for p in of("clerk", matter.county) if sees(walk, p, matter)]
    handlers = [
        p
        for p in of("handler", matter.county)
        if p.over == matter.agency or (rng.random() < 0.4 and p.over in matter.joint)
    ]
    if matter.status == "registered":
        return of("supervisor" if matter.round > 2 else "triage_officer", matter.county)
    if matter.extension == "asked" and rng.random() < 0.6:
        return of("supervisor", matter.county)
    if matter.status in ("routed", "handling"):
        return handlers
    return of("triage_officer", matter.county) if matter.status == "merged" else clerks


def _anybody(walk, rng):
    return rng.choice([p.name for p in walk.office.people.values() if not p.leaves]), ""


def _a_clerk(walk, rng):
    people = [*walk.office.of("clerk"), *(walk.office.of("deputy") if rng.random() < 0.2 else [])]
    return rng.choice(people).name, ""


TURNS = {
    "register": (register, _a_clerk, lambda walk: 20 if len(walk.open_matters()) < 12 else 3),
    "act": (act, _pick_acting, lambda walk: 50),
    "browse": (browse, _anybody, lambda walk: 6),
}

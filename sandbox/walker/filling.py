"""Filling in a form as a person would: what stands there is kept, what is asked for is given, now and then wrongly."""

import re
from datetime import timedelta

from .browser import FILES
from .page import Field, Form

SENTENCES = [
    "村口的水渠堵了半个月，一下雨就漫到路上，麻烦派人看看。",
    "小区门口的井盖松动，晚上走过去响得厉害，怕有人摔着。",
    "想问一下今年的高龄补贴什么时候发，需要带哪些材料。",
    "建议在学校门口加一个红绿灯，上下学车太多。",
    "垃圾清运不及时，天热以后味道很大，住户意见不小。",
    "自来水下午经常停，做不了晚饭，希望给个说法。",
    "低保复核要跑三趟，能不能一次说清楚要哪些证明。",
    "工地夜里施工到一点多，老人小孩睡不着。",
]
ANSWERS = [
    "已安排人员到现场查看并疏通，今后每月巡查一次。有问题请拨打0743-8222111。",
    "经核实情况属实，已责成责任单位整改，联系电话：0743-8565012。",
    "该事项已列入明年计划，预计六月开工，进展会在村务公开栏公布。",
]
TITLES = ["水渠堵塞", "井盖松动", "高龄补贴", "红绿灯", "垃圾清运", "自来水停水", "低保复核", "夜间施工"]
PHONES = [f"138{place:02d}743{place:03d}" for place in range(10, 90)]
NAMES = ["龙小妹", "石大山", "向阳花", "田秀英", "彭水生", "麻金花"]
PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde\0\0\0\x0cIDATx\x9cc\xf8\xcf\xc0\0\0\3\1\1\0"
    b"\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82"
)
AT_MOST = re.compile(r"最多\s*(\d+)")


def standing(form: Form) -> dict:
    """What the form holds before anybody has typed, as a browser would send it."""
    values: dict = {}
    for one in form.fields:
        if one.kind in ("checkbox", "choices"):
            if one.checked:
                values[one.name] = list(one.checked)
        elif one.kind in ("radio", "select"):
            first = one.options[0][0] if one.kind == "select" and one.options else None
            chosen = one.checked[-1] if one.checked else first
            if chosen is not None:
                values[one.name] = chosen
        elif one.kind != "file":
            values[one.name] = one.value
    return values


def filled(form: Form, rng, today, given=None, *, button="") -> dict:
    """`form` filled in properly; `given` says what must stand in some of the fields (None: leave the field out)."""
    given, values = given or {}, standing(form)
    for one in form.fields:
        if one.name in given:
            if given[one.name] is None:
                values.pop(one.name, None)
            else:
                values[one.name] = given[one.name]
        elif one.kind != "hidden" and not (one.kind == "text" and one.name == "submission_key"):
            _fill(one, values, rng, today)
    if form.buttons:
        chosen = next((pair for pair in form.buttons if pair[1] == button), form.buttons[0])
        if chosen[0]:
            values[chosen[0]] = chosen[1]
    return values


def _fill(one: Field, values: dict, rng, today) -> None:
    name = one.name
    if one.kind in ("radio", "select"):
        offered = [value for value, _label in one.options if value]
        if offered and (one.required or not values.get(name) or rng.random() < 0.4):
            values[name] = rng.choice(offered) if one.required or rng.random() < 0.7 else values.get(name, "")
    elif one.kind == "checkbox" and len(one.options) > 1:
        values[name] = [value for value, _label in one.options if rng.random() < 0.2]
    elif one.kind == "checkbox":
        if one.required or name == "consent" or (not one.checked and rng.random() < 0.15):
            values[name] = one.options[0][0]
    elif one.kind == "date":
        day = one.value or (today + timedelta(days=rng.randint(1, 20))).isoformat()
        values[name] = min(day, one.most) if one.most else day
    elif one.kind == "number":
        values[name] = _number(one, rng)
    elif one.kind == "file":
        if rng.random() < 0.06:
            values[name] = [(FILES, "现场.png", PIXEL, "image/png")]
    elif one.kind in ("text", "textarea", "tel", "search") and not one.value:
        values[name] = _words(one, rng)


def _number(one: Field, rng) -> str:
    most = AT_MOST.search(one.help)
    if one.required or most:
        return str(rng.randint(1, max(1, min(int(most[1]), 9) if most else 3)))
    return str(rng.randint(1, 12)) if rng.random() < 0.2 else one.value


def _words(one: Field, rng) -> str:
    if "phone" in one.name:
        return rng.choice(PHONES) if rng.random() < 0.7 else ""
    if one.name == "citizen_name":
        return rng.choice(NAMES) if rng.random() < 0.7 else ""
    if one.name == "answer":
        return rng.choice(ANSWERS)
    if one.kind == "textarea":
        return rng.choice(SENTENCES)
    if one.name == "title":
        return rng.choice(TITLES)
    return rng.choice(TITLES) if one.required else ""


def spoiled(form: Form, values: dict, rng) -> tuple[dict, str]:
    """The same with one mistake, and the field it is in; "" where the form asks for nothing that could be left out."""
    asked = [
        one
        for one in form.fields
        if one.required and one.kind not in ("hidden", "select") and one.name in values
    ]
    if not asked:
        return values, ""
    one = rng.choice(asked)
    spoilt = dict(values)
    if one.kind in ("radio", "checkbox"):
        del spoilt[one.name]
    else:
        spoilt[one.name] = "   "
    return spoilt, one.name


def corrected(form: Form, values: dict, rng, today) -> dict | None:
    """What a person would send after the errors beside the fields: those filled in once more; None without any."""
    wrong = [one for one in form.fields if one.error]
    if not wrong:
        return None
    again = dict(values)
    for one in wrong:
        if one.required or one.kind == "textarea":
            fresh: dict = {}
            one.value, one.required = "", True
            one.options = [pair for pair in one.options if pair[0] != values.get(one.name)]
            _fill(one, fresh, rng, today)
            again.update(fresh)
        else:
            again.pop(one.name, None)
    return again

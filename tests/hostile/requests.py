"""Requests that no page of ours sends: forged ids, stale and foreign tokens, fields missing or doubled, broken bodies,
odd headers. Each is made from the stage of tests/url_stage.py."""

import uuid
from dataclasses import dataclass, field

from django.core.signing import TimestampSigner

from tests.hostile.case import Case

GONE, FORBIDDEN = "没有这个页面或这条记录", "您没有办理这一步的权限"
TOO_OLD, BROKEN = "页面打开太久了", "这个请求无法识别"
# Under /p/ the public's own pages say it.
NOWHERE, NOT_WHOLE = "没有找到这个页面", "没有传完整"
HUGE = 10**30


@dataclass(frozen=True)
class Sent:
    who: str | None
    path: str
    post: dict | None = None
    headers: dict = field(default_factory=dict)
    method: str = ""
    body: bytes = b""
    kind: str = ""


def gets(name, who, path, status=404, told=None, **more):
    told = told if told is not None else NOWHERE if path.startswith("/p/") else GONE
    return Case(name, lambda stage: Sent(who, path.format(**vars(stage)), **more), status, told)


def posts(name, who, path, post, status=422, told="", **more):
    def made(stage):
        typed = post(stage) if callable(post) else post
        return Sent(who, path.format(**vars(stage)), typed, **more)

    return Case(name, made, status, told)


def citizen(stage, **typed):
    """The citizen's form as it should be, but for what is `typed`."""
    key = TimestampSigner(salt="portal.form").sign(str(uuid.uuid4()))
    right = {"submission_key": key, "matter_type": "help", "body": "路灯不亮", "consent": "on"}
    return {name: value for name, value in (right | typed).items() if value is not None}


def entry(stage, **typed):
    right = {"submission_key": str(uuid.uuid4()), "township": "433101005", "channel": "reception",
             "matter_type": "help", "title": "路灯不亮", "body": "路灯不亮"}  # fmt: skip
    return right | typed


def at_portal(name, typed, status=422, told=""):
    return posts(name, None, "/p/{code}/new/", lambda stage: citizen(stage, **typed), status, told)


def at_entry(name, typed, told="", status=422):
    return posts(name, "clerk", "/opinions/new/", lambda stage: entry(stage, **typed), status, told)


def signing(name, typed, status=422, told="", who="handler"):
    return posts(name, who, "/opinions/{number}/sign/", typed, status, told)


def ticket(text, salt="portal.ticket"):
    return TimestampSigner(salt=salt).sign(text)


IDS = [
    gets("an opinion by a uuid", "clerk", "/opinions/00000000-0000-0000-0000-000000000000/"),
    gets("an opinion by a row's number", "clerk", "/opinions/1/"),
    gets("an opinion of another county's number", "clerk", "/opinions/433123-2026-000001/"),
    gets("an opinion that exists, by a stranger", "stranger_clerk", "/opinions/{number}/"),
    gets("a studio by a negative number", "clerk", "/studios/-1/"),
    gets("a studio by a number of 31 digits", "clerk", f"/studios/{HUGE}/"),
    gets("a studio by a fraction", "clerk", "/studios/1.0/"),
    gets("a studio by a word", "clerk", "/studios/abc/"),
    gets("a deputy by 2^63", "clerk", f"/deputies/{2**63}/"),
    gets("a deputy on the public pages by a number of 31 digits", None, f"/p/{{code}}/deputies/{HUGE}/"),
    gets("an activity by 2^63", "clerk", f"/activities/{2**63}/"),
    gets("a letter by a number of 31 digits", "officer", f"/letters/{HUGE}/"),
    gets("somebody else's import", "studio_clerk", "/opinions/import/{job}/"),
    gets("a file by the number of another row", "clerk", "/opinions/{number}/files/999/"),
    gets("a month that never was", "officer", "/reports/9999-99/?county=433101"),
    gets("a month of another county", "officer", "/reports/2026-10/?county=433123"),
    gets("a month of a county by a word", "officer", "/reports/2026-10/?county=%27%3B--"),
    gets("a public bulletin of no county", None, "/p/bulletin/999999/"),
    gets("a studio's public page by ..", None, "/p/..%2f..%2fetc/"),
    gets("an address with a NUL", None, "/p/a%00b/"),
    gets("an action that is none", "clerk", "/opinions/{number}/__class__/"),
    gets("an action of the system", "supervisor", "/opinions/{number}/close/"),
    at_entry("a township of another county", {"township": "433123100"}, "选择"),
    at_entry("a township by a word", {"township": "x"}, "选择"),
    at_entry("a studio of another county", {"studio": "2"}, "选择"),
    at_entry("a studio by 31 digits", {"studio": str(HUGE)}, "选择"),
    at_entry("a deputy by a negative number", {"deputy": "-1"}, "选择"),
    at_entry("a channel that is none", {"channel": "telepathy"}, "选择"),
    at_entry("a kind of matter that is none", {"matter_type": "['help']"}, "选择"),
    at_portal("a deputy of another studio", {"deputy": "999"}, told="选择"),
    at_portal("a deputy by a uuid", {"deputy": str(uuid.UUID(int=0))}, told="选择"),
    posts("an agency of another county to route to", "officer", "/opinions/{number}/route/",
          {"version": "2", "lead_agency": "3"}, 409),
    signing("a step of an agency, by a clerk", {"version": "2"}, 403, FORBIDDEN, who="clerk"),
    signing("a step of an agency, by another agency", {"version": "2"}, 404, GONE, who="other_handler"),
]  # fmt: skip

TOKENS = [
    at_portal("a form's key that nobody signed", {"submission_key": "x"}, told=TOO_OLD),
    at_portal("a form's key with a changed end", {"submission_key": ticket("x", "portal.form") + "A"},
              told=TOO_OLD),
    at_portal("a form's key that is no uuid", {"submission_key": ticket("x", "portal.form")}, told=TOO_OLD),
    at_portal("a ticket for a form's key", {"submission_key": ticket(str(uuid.uuid4()))}, told=TOO_OLD),
    gets("an evaluation link that nobody signed", None, "/p/evaluate/433101-2026-000001:1:abc/"),
    gets("an evaluation link with a changed end", None, "/p/evaluate/{token}x/"),
    gets("a file's link that nobody signed", None, "/p/file/1:x:y/"),
    gets("an evaluation link for a file's", None, "/p/file/{token}/"),
    posts("no ticket under a citizen's button", None, "/p/track/withdraw/", {"reason": "算了"}, 422, "算了"),
    posts("a file's link as a ticket", None, "/p/track/reopen/",
          lambda stage: {"ticket": stage.file_token, "reason": "又坏了"}, 422, "又坏了"),
    posts("a button that is none", None, "/p/track/delete/", {"ticket": "x"}, 404, NOWHERE),
    signing("a stale version", {"version": "1"}, 409, "已由他人先行办理"),
    signing("a version by a word", {"version": "x"}, 422, ""),
    signing("a version by a raised digit", {"version": "²"}, 422, ""),
    signing("a version of 5,000 digits", {"version": "1" * 5000}, 422, ""),
    signing("a version of 31 digits", {"version": str(HUGE)}, 409, "已由他人先行办理"),
    signing("a version below nothing", {"version": "-1"}, 409, "已由他人先行办理"),
    posts("a step taken twice, by a version of 5,000 digits", "other_handler", "/opinions/{number}/sign/",
          {"version": "1" * 5000}, 404, GONE),
    posts("an import preview that was not signed by us", "officer", "/deputies/import/", {"sealed": "x" * 80}, 302),
    posts("an import preview by emoji", "officer", "/studios/import/", {"sealed": "😀"}, 302),
    posts("a form without its CSRF token", "clerk", "/opinions/new/", entry, 403,
          "没有保存", headers={"checks": True}),
    posts("a citizen's form without its CSRF token", None, "/p/{code}/new/", citizen, 403,
          "内容没有提交", headers={"checks": True}),
    gets("a session that nobody opened", None, "/opinions/", 302, "", headers={"HTTP_COOKIE": "sessionid=abc"}),
]  # fmt: skip

FIELDS = [
    posts("a citizen's form without any field", None, "/p/{code}/new/", {}, 422, "请"),
    at_portal("no consent", {"consent": None}, told="前面打钩"),
    at_portal("the words twice", {"body": ["一", "二"]}, 302),
    at_portal("fields that decide", {"status": "closed", "by": "1", "township": "433123100", "id": "1"}, 302),
    at_portal("the hidden field filled in", {"website": "x"}, told="留空"),
    at_portal("a name though nobody", {"anonymous": "on", "citizen_name": "张"}, told="请不要填写"),
    posts("a clerk's form without any field", "clerk", "/opinions/new/", {}),
    posts("2,001 fields", None, "/p/{code}/new/", {f"f{n}": "" for n in range(2001)}, 400, "最多2000项"),
    at_portal("6 MB of words", {"body": "x" * 6_000_000}, 413, "一次最多5 MB文字"),
    at_portal("1 MB of words", {"body": "x" * 1_000_000}),
    posts("a search of 1 MB", None, "/p/track/", {"code": "1" * 1_000_000}),
    posts("a login of 1 MB", None, "/login/", {"username": "x" * 1_000_000, "password": "y"}, 200, "不正确"),
    posts("a login with a NUL", None, "/login/", {"username": "a\0", "password": "y"}, 200),
    posts("a reason of spaces", "clerk", "/opinions/{number}/reveal/", {"reason": "   "}),
    posts("a bulk deed upon nothing", "supervisor", "/supervision/send/", {"kind": "urge", "chosen": "x:y"}),
]

ADMINISTRATION = [
    posts(f"{what} by {value[:12]!r}", "administrator", path, typed | {name: value}, status, told)
    for value in ("NaN", "x" * 300, str(HUGE), "1" * 5000, "a\0", "²")
    for what, path, typed, name, status, told in [
        ("rows chosen in a list", "/admin/opinions/responsibility/", {"action": "delete_selected"},
         "_selected_action", 302, ""),
        ("an agency's field", "/admin/opinions/responsibility/add/", {"category": "02", "county": "433101"},
         "agency", 200, "errornote"),
    ]
]  # fmt: skip
BODIES = [
    posts("JSON where a form should be", None, "/p/{code}/new/", None, body=b'{"body": "x"}', kind="application/json"),
    posts("broken JSON", None, "/p/{code}/new/", None, body=b'{"body": ', kind="application/json"),
    posts("XML", None, "/p/{code}/new/", None, body=b"<!DOCTYPE x><x/>", kind="text/xml"),
    posts("a form of no charset that is", None, "/p/track/", None, body=b"code=1",
          kind="application/x-www-form-urlencoded; charset=klingon"),
    posts("parts without a boundary", None, "/p/{code}/new/", None, 400, NOT_WHOLE, body=b"x",
          kind="multipart/form-data"),
    posts("parts that end in the middle", None, "/p/{code}/new/", None, body=b'--x\r\nContent-Disposition: form-da',
          kind="multipart/form-data; boundary=x"),
    posts("lone surrogates", None, "/p/track/", None, body=b"code=%ED%A0%80%FF",
          kind="application/x-www-form-urlencoded"),
    posts("bytes of no language", None, "/p/track/", None, body=bytes(range(256)), kind="text/plain"),
]  # fmt: skip

HEADERS = [
    gets("a foreign Host", None, "/p/track/", 400, "", headers={"HTTP_HOST": "evil.example"}),
    gets("a Host that is none", None, "/p/track/", 400, "", headers={"HTTP_HOST": "a b/../c"}),
    gets("a foreign X-Forwarded-Host", None, "/p/{code}/qr.svg", 200, "",
         headers={"HTTP_X_FORWARDED_HOST": "evil.example"}),
    gets("cookies of 100 kB", None, "/p/track/", 200, "", headers={"HTTP_COOKIE": "a=" + "x" * 100_000}),
    gets("broken cookies", None, "/p/track/", 200, "", headers={"HTTP_COOKIE": "display=%00; =; ;;django_language=xx"}),
    gets("a language that is none", None, "/p/track/", 200, "", headers={"HTTP_ACCEPT_LANGUAGE": "x" * 9000}),
    gets("a date that is none", None, "/p/{code}/", 200, "", headers={"HTTP_IF_MODIFIED_SINCE": "yesterday"}),
    gets("a range that is none", "clerk", "/studios/{studio}/photos/{photo}.jpg", 200, "",
         headers={"HTTP_RANGE": "bytes=9-1"}),
    gets("htmx with a foreign target", "clerk", "/opinions/", 200, "",
         headers={"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "'\"><x"}),
    posts("no address in X-Forwarded-For", None, "/p/track/", {"code": "1" * 16},
          headers={"HTTP_X_FORWARDED_FOR": "x,y"}),
    gets("PUT", None, "/p/track/", 405, "", method="PUT"),
    gets("DELETE", "clerk", "/opinions/{number}/", 405, "", method="DELETE"),
    gets("TRACE", None, "/p/{code}/", 405, "", method="TRACE"),
    gets("a step taken by GET", "administrator", "/opinions/triage/models/train/", 405, ""),
    gets("logging out by GET", "clerk", "/logout/", 405, ""),
]  # fmt: skip

PARAMETERS = [
    gets(f"{path}?{query}", who, f"{path}?{query}", status, told)
    for who, path in [("officer", "/opinions/"), ("officer", "/studios/"), ("auditor", "/audit/")]
    for query, status, told in [
        ("page=-1", 200, ""), ("page=99999999999999999999", 200, ""), ("page=abc", 200, ""),
        ("sort=password", 200, ""), ("sort=-", 200, ""), ("q=%00", 200, ""), ("q=" + "x" * 5000, 200, ""),
    ]
] + [
    gets("a period that never was", "officer", "/dashboard/?period=2026-99", 200, ""),
    gets("a year that never was", "officer", "/calendar/99999/"),
    gets("a hundred filters", "officer", "/opinions/?" + "status=x&" * 100, 200, ""),
    gets("days that never were", "officer", "/opinions/?registered_after=2026-02-30&registered_before=%FF", 200, ""),
]  # fmt: skip

OUTSIDE = ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:evil.example",
           "\x0b//evil.example", "/x\r\nSet-Cookie: a=b", "home", "{x}", "../../x"]  # fmt: skip
GROUPS = {
    "Forged ids": IDS,
    "Stale, foreign and missing tokens": TOKENS,
    "Fields missing, doubled, too many, too large": FIELDS,
    "Keys in the administration": ADMINISTRATION,
    "Bodies that are no form": BODIES,
    "Headers, cookies and methods": HEADERS,
    "Filters, sorting and pages": PARAMETERS,
    "Where to go back to": [
        *(posts(f"{where} to {next!r}", "clerk", where, {"switch": "large", "language": "en", "next": next}, 302)
          for where in ("/p/display/", "/i18n/setlang/") for next in OUTSIDE),
    ],
}  # fmt: skip

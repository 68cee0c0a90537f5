"""Every URL against every member of the cast: the outsider gets 404, the wrong role 403, the unknown the login.

The tables are the design's words, not the code's: an address that is not in them fails the test. People, for
whom the matter exists but whose role does not include the page, get 403; for strangers it does not exist.
"""

from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import User
from tests.kept import kept
from tests.url_stage import (
    CLERKS,
    CORRESPONDENTS,
    DIRECTORY,
    EVERYBODY,
    IMPORTERS,
    INSIDE,
    KEEPERS,
    OVERSEERS,
    PLANNERS,
    READERS,
    REGISTERERS,
    ROLL_KEEPERS,
    STRANGERS,
    SUPERVISORS,
    TRIAGE_SETUP,
    build,
)

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Row:
    """One address: `opens` to whom, with which status; for `outside` it does not exist; to all others 403."""

    opens: set
    outside: set = field(default_factory=set)
    args: tuple = ()
    ok: int = 200
    post: dict | None = None
    query: str = ""
    anonymous: int = 302

    def expected(self, name) -> int:
        return self.ok if name in self.opens else 404 if name in self.outside else 403


def of_opinion(opens=INSIDE, **more):
    return Row(opens, READERS - INSIDE, args=("number",), **more)


def of_desk(**more):
    return Row(SUPERVISORS | {"officer"}, {"stranger_officer"}, args=("number",), **more)


def of_import(**more):
    return Row({"clerk"}, IMPORTERS - {"clerk"}, args=("job",), **more)


def of_report(**more):
    return Row(OVERSEERS - {"stranger_officer"}, {"stranger_officer"}, args=("report",), **more)


def of_month(**more):
    return Row(OVERSEERS - {"stranger_officer"}, {"stranger_officer"}, args=("2026-10",), **more)


def of_letter(opens=INSIDE - {"deputy"}, **more):
    return Row(opens, READERS - INSIDE, args=("letter",), **more)


def of_outbox(message, **more):
    return Row(KEEPERS, {"stranger_clerk", "stranger_officer"}, args=(message,), ok=302, **more)


def of_received(**more):
    return Row(CLERKS, {"stranger_clerk"}, args=("received",), **more)


def of_activity(**more):
    return Row(DIRECTORY, STRANGERS, args=("activity",), **more)


def of_record():
    return Row(CLERKS | SUPERVISORS | {"officer", "official", "deputy"}, STRANGERS, args=("deputy", "2026"))


def of_roll(*args, **more):
    """A deputy's facts and seats: the keepers of the roll of that county."""
    return Row(ROLL_KEEPERS - {"stranger_officer"}, {"stranger_officer"}, args=args or ("deputy",), **more)


def of_studio(opens=DIRECTORY, *, args=("studio",), **more):
    return Row(opens, STRANGERS, args=args, **more)


# Those whose area holds the whole county: its changes of townships are the county's business.
AREA_WIDE = {"handler", "other_handler", "officer", "supervisor", "prefecture", "official", "administrator"}


def public(*args, ok=200, **more):
    """The pages of strangers: whoever asks gets the same."""
    return Row(EVERYBODY, args=args, ok=ok, anonymous=ok, **more)


CALLERS = CLERKS | {"stranger_clerk"}
COUNTY = {"county": "433101"}
TEMPLATE = ("433101", "handover")
SAME_PHONE = {"of": "number", "citizen_phone": "phone"}
TABLE = {
    "home": Row(EVERYBODY, anonymous=200),
    "short": public("studio", ok=302),
    "follow": public("way_back"),
    "follow_day": public("way_back"),
    "robots": public(),
    "sitemap": public(ok=404),  # the office has not let search engines in
    "login": Row(EVERYBODY, ok=302, anonymous=200),
    "login_link": public("xx", "yy"),
    "logout": Row(EVERYBODY, ok=302, post={}),
    "welcome": public("Mg", "no-token"),
    "take_administration": Row(set()),  # of a superuser without a role: tests/ops/test_first_day.py
    "studios:areas": Row({"administrator"}),
    "manual:contents": Row(EVERYBODY),
    "manual:chapter": Row(EVERYBODY, args=("clerk",)),
    "studios:import_agencies": Row({"administrator"}),
    "studios:import_agencies_template": Row({"administrator"}),
    "opinions:import_responsibilities": Row({"administrator"}),
    "opinions:import_responsibilities_template": Row({"administrator"}),
    "letters:import_organs": Row({"administrator"}),
    "letters:import_organs_template": Row({"administrator"}),
    "setup": Row({"administrator"}),
    "users:list": Row({"administrator"}),
    "users:new": Row({"administrator"}),
    "users:import": Row({"administrator"}),
    "users:import_template": Row({"administrator"}),
    "users:slips": Row({"administrator"}, ok=302),  # without slips to show
    "users:off": Row({"administrator"}, ok=302, post={}),
    "users:detail": Row({"administrator"}, args=("account",)),
    "users:on": Row({"administrator"}, ok=302, args=("account",), post={}),
    "users:password": Row({"administrator"}, ok=302, args=("account",), post={}),
    "users:take_away": Row({"administrator"}, ok=302, args=("account", "membership"), post={}),
    "alive": Row(EVERYBODY),
    "password_change": Row(EVERYBODY),
    "second_factor": Row(EVERYBODY),
    "recovery_codes": Row(EVERYBODY, ok=302),
    "set_language": Row(EVERYBODY, ok=302, post={"language": "en", "next": "/"}),
    "healthz": Row(EVERYBODY, anonymous=200),
    "readyz": Row(EVERYBODY, anonymous=200),
    "audit": Row({"auditor"}),
    "audit_export": Row({"auditor"}),
    "opinions:list": Row(READERS),
    "opinions:find": Row(READERS),
    "opinions:new": Row(REGISTERERS),
    "opinions:earlier": Row(REGISTERERS),
    "opinions:alike": Row(REGISTERERS),
    "opinions:earlier_name": Row(
        CLERKS | {"officer"}, {"deputy", "stranger_clerk", "stranger_officer"}, post=SAME_PHONE
    ),
    "opinions:triage_desk": Row({"officer", "stranger_officer"} | SUPERVISORS),
    "opinions:alike_of": of_desk(),
    "opinions:seen": of_desk(ok=302, post={}),
    "opinions:triage_rules": Row(TRIAGE_SETUP),
    "opinions:triage_rule": Row({"officer"}, {"stranger_officer"}, args=("rule", "try"), ok=302, post={}),
    "opinions:triage_models": Row(TRIAGE_SETUP),
    "opinions:triage_train": Row({"administrator"}, ok=302, post={"prefecture": "4331"}),
    "opinions:triage_rest": Row({"administrator"}, ok=302, post={"prefecture": "4331"}),
    "opinions:triage_activate": Row({"administrator"}, args=("model",), ok=302, post={}),
    "opinions:topics": Row(OVERSEERS),
    "opinions:topic": Row(OVERSEERS - {"stranger_officer"}, {"stranger_officer"}, args=("topic",)),
    "opinions:take_up": Row(
        {"official"},
        args=("topic",),
        ok=302,
        post={"months": "3", "reason": "多人反映", "confirmed": "on", "seen": "1"},
    ),
    "opinions:topic_exclude": Row(
        {"official", "officer"}, {"stranger_officer"}, args=("topic",), ok=404, post={"number": "x"}
    ),
    "opinions:proposals": Row(OVERSEERS),
    "opinions:proposal": Row(OVERSEERS - {"stranger_officer"}, {"stranger_officer"}, args=("proposal",)),
    "opinions:handling_desk": Row({"handler", "other_handler", "stranger_handler"}),
    "opinions:letters_to_sign": Row(OVERSEERS),
    "opinions:sign_letters": Row(OVERSEERS, ok=302, post={}),
    "opinions:drop_letter": Row(
        OVERSEERS - {"stranger_officer"},
        {"stranger_officer"},
        args=("draft",),
        ok=302,
        post={"reason": "另行发函"},
    ),
    "opinions:extensions": Row(SUPERVISORS),
    "opinions:calls": Row(CALLERS),
    # The opinion of the stage has no answer yet: nobody is phoned about it.
    "opinions:call": Row(CLERKS, {"stranger_clerk"}, args=("number",), ok=302),
    "opinions:call_number": Row(set(), {"stranger_clerk"}, args=("number",), post={}),
    "opinions:waiting": Row(READERS, args=("to_triage",)),
    "opinions:imports": Row(IMPORTERS),
    "opinions:import_template": Row(IMPORTERS),
    "opinions:import": of_import(),
    "opinions:import_progress": of_import(ok=302),
    "opinions:import_start": of_import(ok=302, post={}),
    "opinions:import_cancel": of_import(ok=302, post={}),
    "opinions:import_decide": of_import(ok=302, post={}),
    "opinions:import_approved": of_import(ok=302, post={}),
    "opinions:import_undo": of_import(ok=302, post={}),
    "opinions:import_errors": of_import(),
    "opinions:detail": of_opinion(),
    "opinions:print": of_opinion(),
    "opinions:copy": of_opinion(SUPERVISORS, ok=302),
    "opinions:slip": of_opinion({"clerk"}),
    "opinions:reveal": of_opinion(
        CLERKS | SUPERVISORS | {"officer", "handler"}, post={"reason": "电话回访核实"}, ok=302
    ),
    "opinions:limits": Row(EVERYBODY - {"nobody"}),
    "opinions:change_limit": Row({"administrator"}, STRANGERS, query="?county=433101&clock=triage&matter="),
    "calendar:this_year": Row(EVERYBODY),
    "calendar:year": Row(EVERYBODY, args=("2027",)),
    "calendar:imports": Row({"administrator"}),
    "calendar:import": Row({"administrator"}, args=("calendar_import",)),
    "calendar:progress": Row({"administrator"}, args=("calendar_import",), ok=302),
    "calendar:confirm": Row({"administrator"}, args=("calendar_import",), ok=302, post={}),
    "calendar:cancel": Row({"administrator"}, args=("calendar_import",), ok=302, post={}),
    "supervision:overdue": Row(SUPERVISORS | {"official"}),
    "supervision:send": Row(SUPERVISORS, ok=422, post={}),
    "supervision:bulk": Row({"supervisor"}, {"prefecture"}, args=("bulk",)),
    "supervision:bulk_confirm": Row({"supervisor"}, {"prefecture"}, args=("confirmed",), ok=302, post={}),
    "supervision:bulk_undo": Row({"supervisor"}, {"prefecture"}, args=("undone",), ok=302, post={}),
    "supervision:ladder": Row(SUPERVISORS | {"official", "administrator"}),
    "studios:list": Row(READERS | {"administrator"}),
    "studios:detail": Row(DIRECTORY, STRANGERS, args=("studio",)),
    "opinions:of_activity": Row(INSIDE | {"other_handler"}, STRANGERS, args=("activity",)),
    "opinions:of_deputy": Row(INSIDE | {"other_handler"}, STRANGERS, args=("deputy",)),
    "studios:edit": of_studio(CLERKS),
    "studios:history": of_studio(),
    "studios:funding": of_studio(),
    "studios:photos": of_studio(),
    "studios:photo": of_studio(args=("studio", "photo")),
    "studios:remove_photo": of_studio(CLERKS, args=("studio", "photo"), ok=302, post={}),
    "studios:rounds": of_studio(),
    "studios:assessment": of_studio(args=("assessment",)),
    "studios:finding": of_studio(CLERKS, args=("finding", "mend")),
    "studios:changes": Row(READERS | {"administrator"}),
    "studios:change": Row(AREA_WIDE, (READERS | {"administrator"}) - AREA_WIDE, args=("change",)),
    "studios:undo_change": Row({"administrator"}, args=("change",)),
    "studios:make_change": Row({"administrator"}, args=("merge",)),
    "deputies:list": Row(READERS | {"administrator"}),
    "deputies:detail": Row(DIRECTORY, STRANGERS, args=("deputy",)),
    "deputies:own": Row({"deputy"}, ok=302),
    "deputies:import": Row(ROLL_KEEPERS),
    "deputies:import_template": Row(ROLL_KEEPERS),
    "deputies:change_over": Row(ROLL_KEEPERS),
    "deputies:withdraw_plan": Row(ROLL_KEEPERS, args=("mandate",), ok=302, post={}),
    "studios:import": Row(ROLL_KEEPERS),
    "studios:import_template": Row(ROLL_KEEPERS),
    "funding:list": Row(READERS | {"administrator"}),
    "funding:import": Row(IMPORTERS),
    "funding:import_template": Row(IMPORTERS),
    "activities:import": Row(IMPORTERS),
    "activities:import_template": Row(IMPORTERS),
    "deputies:edit": of_roll(),
    "deputies:history": Row(DIRECTORY, STRANGERS, args=("deputy",)),
    "deputies:photo": Row(DIRECTORY, STRANGERS, args=("deputy",)),
    "deputies:seat_new": of_roll(),
    "deputies:seat": of_roll("deputy", "mandate"),
    "deputies:remove_seat": of_roll("deputy", "mandate", ok=302, post={}),
    "deputies:term": of_roll("term"),
    "activities:calendar": Row(READERS | {"administrator"}),
    "activities:list": Row(READERS | {"administrator"}),
    "activities:studios": Row(READERS | {"administrator"}),
    "activities:new": Row(IMPORTERS),
    "activities:plan": Row(IMPORTERS),
    "activities:detail": of_activity(),
    "activities:poster": of_activity(),
    "activities:sheet": of_activity(),
    "reports:activities": Row(OVERSEERS | CLERKS | {"stranger_clerk"}),
    "reports:deputy_record": of_record(),
    "reports:deputy_record_docx": of_record(),
    "reports:deputy_record_xlsx": of_record(),
    "notifications:inbox": Row(EVERYBODY),
    "notifications:read_all": Row(EVERYBODY, ok=302, post={}),
    "incoming:list": Row(CALLERS),
    "incoming:message": of_received(),
    "incoming:attach": of_received(ok=422, post={}),
    "incoming:register": of_received(ok=422, post={}),
    "incoming:set_aside": of_received(ok=302, post={}),
    "incoming:sms": public(ok=404, post={}),  # no gateway is set
    "notifications:decide": Row(EVERYBODY, args=("message",), ok=302, post={}),
    "notifications:open": Row({"clerk"}, EVERYBODY - {"clerk"}, args=("message",), ok=302, post={}),
    "notifications:preferences": Row(EVERYBODY),
    "notifications:outbox": Row(KEEPERS | {"stranger_clerk", "stranger_officer"}),
    "notifications:retry": of_outbox("failed", post={}),
    "notifications:settle": of_outbox("uncertain", post={"arrived": "yes"}),
    "letters:list": Row(CORRESPONDENTS),
    "letters:register": Row(CORRESPONDENTS),
    "letters:detail": of_letter(),
    "letters:docx": of_letter(),
    "letters:print": of_letter(),
    "opinions:letter_pdf": of_letter(ok=302),
    "opinions:paper": Row(INSIDE - {"deputy"}, READERS - (INSIDE - {"deputy"}), args=("paper",)),
    "opinions:paper_progress": Row(INSIDE - {"deputy"}, READERS - (INSIDE - {"deputy"}), args=("paper",)),
    "opinions:paper_file": Row(INSIDE - {"deputy"}, READERS - (INSIDE - {"deputy"}), args=("paper",), ok=302),
    "opinions:new_paper": of_opinion(CLERKS | {"officer"} | SUPERVISORS),
    "letters:sign": of_letter({"handler"}, ok=302, post={}),
    "letters:stamp": of_letter({"officer"} | SUPERVISORS, ok=302, post={}),
    "letters:file": of_letter({"officer"} | SUPERVISORS, ok=409, post={}),
    "letters:cancel": of_letter({"officer"} | SUPERVISORS, ok=302, post={"reason": "承办单位写错"}),
    "letters:templates": Row({"administrator"}),
    "letters:template": Row({"administrator"}, args=TEMPLATE),
    "letters:template_docx": Row({"administrator"}, args=(*TEMPLATE, "0")),
    "letters:template_use": Row({"administrator"}, args=TEMPLATE, ok=302, post={"version": "0"}),
    "reports:dashboard": Row(OVERSEERS | CLERKS | {"stranger_clerk"}),
    "reports:studios": Row(OVERSEERS | CLERKS | {"stranger_clerk"}),
    "reports:studio_records": Row(OVERSEERS | CLERKS | {"stranger_clerk"}, args=("studios",)),
    "reports:congress": Row(OVERSEERS | CLERKS | {"stranger_clerk"}),
    "reports:congress_docx": Row(OVERSEERS | CLERKS | {"stranger_clerk"}),
    "reports:congress_xlsx": Row(OVERSEERS | CLERKS | {"stranger_clerk"}),
    "reports:ranking": Row(
        (OVERSEERS | CLERKS) - {"stranger_officer"},
        {"stranger_officer", "stranger_clerk"},
        query="?county=433101",
    ),
    "reports:months": Row(OVERSEERS),
    "reports:wall": Row(OVERSEERS | CLERKS | {"stranger_clerk"}),
    "reports:records": Row(OVERSEERS | CLERKS | {"stranger_clerk"}, query="?figure=all&period=2026-10"),
    "reports:freeze": Row({"official"}, args=("2026-10",), query="?county=433101"),
    "reports:adjustments": of_month(query="?county=433101"),
    "reports:month": of_month(query="?county=433101"),
    "reports:bulletin": of_month(query="?county=433101"),
    "reports:workbook": of_month(query="?county=433101"),
    "reports:unmasked": Row({"official"}, {"stranger_officer"}, args=("2026-10",), query="?county=433101"),
    "reports:make": of_month(ok=302, post=COUNTY),
    "reports:made": of_report(),
    "reports:progress": of_report(),
    "reports:download": of_report(),
    "opinions:attachment": Row(INSIDE, READERS - INSIDE, args=("number", "file")),
    "opinions:attachment_small": Row(INSIDE, READERS - INSIDE, args=("number", "file")),
    "portal:file": public("file_token"),
    "portal:studio": public("code"),
    "portal:deputy": public("code", "deputy"),
    "portal:deputy_photo": public("code", "deputy"),
    "portal:new": public("code"),
    "portal:qr": public("code"),
    "portal:track": public(),
    "portal:take": public("evaluate_action", ok=302),  # asked for without its page: back to the query code
    "portal:evaluate": public("token"),
    "portal:bulletin": public("county"),
    "portal:search": public(),
    "portal:privacy": public(),
    "portal:place": public("433101"),
    "portal:place_calendar": public("433101"),
    "portal:place_feed": public("433101"),
    "portal:studio_calendar": public("code"),
    "portal:verify": public(),
    "portal:proof": public(ok=302),
    "portal:anchors": public(),
    "portal:display": public(ok=302, post={"display": "large", "next": "/p/track/"}),
    "portal:matter": public(ok=302),  # nothing was looked up, or sent, in this browser: to the query code
    "portal:receipt": public(ok=302),
    "portal:matter_day": public(ok=302),
    "portal:receipt_day": public(ok=302),
    "portal:receipt_picture": public(ok=302),
    "portal:leave": public(ok=302, post={}),
    "portal:too_large": public(ok=413),
    "too_large": public(ok=413),
}
# opinions:act, one line for each action a person may take; roles as in docs/workflow.md, never by an agency
# for itself to evaluate; no agency joins here. The opinion of the stage waits to be signed for: what is not possible
# now is 409.
ACTIONS = {
    "amend": CLERKS, "withdraw": CLERKS, "erase": SUPERVISORS,
    "give_copy": SUPERVISORS, "classify": {"officer"},
    "redact": {"officer"} | SUPERVISORS, "route": {"officer"}, "decline": {"officer"},
    "issue_handover": {"officer"} | SUPERVISORS, "issue_reply": CLERKS | {"officer"},
    "merge": {"officer"}, "unmerge": {"officer"}, "recall": {"officer"},
    "reconsider": SUPERVISORS | CLERKS, "sign": {"handler"},
    "return_it": {"handler"}, "joint_sign": set(), "joint_answer": set(), "joint_return": set(),
    "hand_on": {"officer"} | SUPERVISORS, "hand_on_part": {"officer"} | SUPERVISORS, "issue_supervision": SUPERVISORS,
    "ask_extension": {"handler"}, "grant_extension": SUPERVISORS,
    "refuse_extension": SUPERVISORS, "suspend": {"handler"}, "resume": {"handler"} | CLERKS,
    "ask_citizen": {"handler"}, "answer_question": CLERKS,
    "sign_off_letter": SUPERVISORS | {"official"},
    "notify": SUPERVISORS, "acknowledge": {"handler"}, "escalate": {"official", "deputy"}, "answer": {"handler"},
    "report_back": CLERKS, "call_back": CLERKS, "evaluate": CLERKS, "rate": {"deputy"},
    "reopen": CLERKS | SUPERVISORS, "supplement": CLERKS, "note_progress": {"handler"}, "reissue_code": CLERKS,
    "explain": {"deputy"},
    "note_internally": CLERKS | {"officer"} | SUPERVISORS,
}  # fmt: skip
# activities:act, likewise. Who takes part may take leave; all else is the planners'.
OF_ACTIVITY = {
    "hold": PLANNERS, "announce": PLANNERS, "change": PLANNERS, "cancel": PLANNERS, "excuse": PLANNERS | {"deputy"},
}  # fmt: skip
# Steps of the system alone, and what is not an action at all, are no pages.
NO_PAGES = [
    "register",
    "archive",
    "undo_import",
    "close",
    "recalculate",
    "move",
    "file_paper",
    "delete",
    "status",
]


@pytest.fixture
def stage(cast, office, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = kept("stage", make_stage, cast, office)
    for path, content in made.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    return made


def make_stage(cast, office):
    """The stage, everybody logged in (name → cookies), and the files that belong to it (path → content)."""
    made = build(cast, office)
    made.people = {name: logged_in(getattr(cast, name)) for name in sorted(EVERYBODY)}
    folder = Path(settings.MEDIA_ROOT)
    made.files = {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    return made


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client.cookies


def filled(stage, value):
    """A name of something on the stage stands for it; anything else for itself."""
    return getattr(stage, value, value)


def address(stage, name, row):
    return reverse(name, args=[filled(stage, value) for value in row.args]) + row.query


def ask(cookies, url, post=None) -> int:
    """The status, for a person's cookies or None; what the request changed is undone: all meet the same stage."""
    client = Client()
    client.cookies = SimpleCookie({"sessionid": cookies["sessionid"].value} if cookies else {})
    with transaction.atomic():
        response = client.get(url) if post is None else client.post(url, post)
        transaction.set_rollback(True)
    if cookies is None and response.status_code == 302:
        assert response.url.startswith(("/login/", "/admin/login/")) or url.startswith(
            ("/i18n/", "/admin/login/", "/p/", "/s/")
        )
    return response.status_code


def names(resolver, space=""):
    """(full name, route) of every pattern; the route tells unnamed ones apart."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from names(pattern, inner)
        else:
            yield f"{space}{pattern.name or ''}", str(pattern.pattern)


def test_every_address_is_in_the_table():
    known = {*TABLE, "opinions:act", "activities:act", "studios:act"}
    found = {name for name, _route in names(get_resolver()) if not name.startswith("admin:")}
    assert found - known == set(), "not in the table"
    assert known - found == set(), "no longer there"


def test_everybody_in_the_cast_is_in_the_matrix(cast):
    assert {name for name, value in vars(cast).items() if hasattr(value, "memberships")} == EVERYBODY


@pytest.mark.parametrize("name", TABLE)
def test_address(stage, name):
    row = TABLE[name]
    url = address(stage, name, row)
    post = None if row.post is None else {key: filled(stage, value) for key, value in row.post.items()}
    wrong = {
        who: (got, expected)
        for who, user in stage.people.items()
        if (got := ask(user, url, post)) != (expected := row.expected(who))
    }
    assert not wrong, f"{url}: (is, should be)"
    assert ask(None, url, post) == row.anonymous


@pytest.mark.parametrize("action", OF_ACTIVITY)
def test_action_on_an_activity(stage, action):
    url = reverse("activities:act", args=[stage.activity, action])
    wrong = {}
    for who, user in stage.people.items():
        shown, sent = ask(user, url), ask(user, url, {})
        if who in OF_ACTIVITY[action]:
            right = shown == 200 and sent == 422
        else:
            right = shown == sent == Row(set(), STRANGERS).expected(who)
        if not right:
            wrong[who] = (shown, sent)
    assert not wrong, f"{url}: (form, sent)"
    assert ask(None, url) == 302


@pytest.mark.parametrize("action", ACTIONS)
def test_action(stage, action):
    """Asking for the form and sending it are refused alike; those who may take it see it, or why not now."""
    url = reverse("opinions:act", args=[stage.number, action])
    row = Row(ACTIONS[action], READERS - INSIDE)
    wrong = {}
    for who, user in stage.people.items():
        shown, sent = ask(user, url), ask(user, url, {})
        if who in ACTIONS[action]:
            right = shown in (200, 409) and sent not in (403, 404)
        else:
            right = shown == sent == row.expected(who)
        if not right:
            wrong[who] = (shown, sent)
    assert not wrong, f"{url}: (shown, sent)"
    assert (ask(None, url), ask(None, url, {})) == (302, 302)


# studios:act: self-check by the studio, confirmed by the township, inspected by the county.
HAVES = {
    "check": CLERKS, "submit": CLERKS, "confirm": {"clerk"}, "inspect": SUPERVISORS | {"official"},
    "publish": {"official"}, "correct": {"official"}, "send_back": {"clerk"} | SUPERVISORS | {"official"},
}  # fmt: skip


@pytest.mark.parametrize("action", HAVES)
def test_action_of_an_assessment(stage, action):
    """The assessment of the stage is a self-check: what is not possible now is 409 for those who may do it."""
    url = reverse("studios:act", args=[stage.assessment, action])
    row = Row(HAVES[action], STRANGERS)
    wrong = {}
    for who, user in stage.people.items():
        shown, sent = ask(user, url), ask(user, url, {})
        if who in HAVES[action]:
            right = shown in (200, 409) and sent not in (403, 404)
        else:
            right = shown == sent == row.expected(who)
        if not right:
            wrong[who] = (shown, sent)
    assert not wrong, f"{url}: (shown, sent)"
    assert (ask(None, url), ask(None, url, {})) == (302, 302)


@pytest.mark.parametrize("action", NO_PAGES)
def test_no_address_takes_a_step_of_the_system(stage, action):
    url = f"/opinions/{stage.number}/{action}/"
    row = Row(set(), READERS)
    assert {who: (ask(user, url), ask(user, url, {})) for who, user in stage.people.items()} == {
        who: (row.expected(who), row.expected(who)) for who in stage.people
    }


# --- the administration: one rule for all of it ------------------------------------------------------------

LOOKED_AT = {"workdays.CalendarYear", "workdays.Holiday"}
DELETABLE = {
    "opinions.Responsibility",
    "opinions.RoutingRule",
    "opinions.UrgentSignal",
}
ONE_OF_EACH = ["clerk", "officer", "handler", "supervisor", "official", "deputy", "auditor", "nobody"]
SITE = {
    "admin:index": 200,
    "admin:logout": 405,
    "admin:password_change": 302,
    "admin:password_change_done": 200,
    "admin:jsi18n": 200,
    "admin:autocomplete": 403,  # without saying for which field
}


def admin_pages(stage):
    """(address, what the administrator gets) of every page of the administration."""
    for name, status in SITE.items():
        yield reverse(name), status
    yield reverse("admin:app_list", args=["studios"]), 200
    yield reverse("admin:view_on_site", args=[ContentType.objects.get_for_model(User).pk, 0]), 404
    yield "/admin/no/such/page/", 404
    yield reverse("admin:accounts_user_reset_password", args=[stage.user]), 200
    for model in admin.site._registry:
        label, start = model._meta.label, f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        row = model.objects.get(pk=stage.user) if label == "accounts.User" else model.objects.last()
        yield reverse(f"{start}changelist"), 200
        yield reverse(f"{start}add"), 403 if label in LOOKED_AT else 200
        yield reverse(f"{start}change", args=[row.pk]), 200
        yield reverse(f"{start}history", args=[row.pk]), 200
        yield reverse(f"{start}delete", args=[row.pk]), 200 if label in DELETABLE else 403
        yield f"{reverse(f'{start}changelist')}{row.pk}/", 302


def test_every_page_of_the_administration_is_known():
    kinds = ("_changelist", "_add", "_change", "_history", "_delete")
    known = {
        *SITE,
        "admin:login",
        "admin:app_list",
        "admin:view_on_site",
        "admin:accounts_user_reset_password",
    }
    found = {name for name, _route in names(get_resolver()) if name.startswith("admin:")}
    assert {name for name in found if not name.endswith(kinds)} - known == {"admin:"}
    unnamed = {route for name, route in names(get_resolver()) if name == "admin:"}
    assert unnamed == {"<path:object_id>/", "(?P<url>.*)$"}


def test_the_administration_opens_to_administrators_alone(stage):
    pages = list(admin_pages(stage))
    wrong = {
        url: (got, status)
        for url, status in pages
        if (got := ask(stage.people["administrator"], url)) != status
    }
    assert not wrong, "(is, should be) for the administrator"
    others = {who: stage.people[who] for who in ONE_OF_EACH}
    opened = [(url, who) for url, _ in pages for who, user in others.items() if ask(user, url) != 403]
    assert not opened
    assert [url for url, _ in pages if ask(None, url) != 302] == []


def test_sending_to_the_administration_is_refused_too(stage):
    urls = [reverse(f"admin:{m._meta.app_label}_{m._meta.model_name}_add") for m in admin.site._registry]
    urls.append(reverse("admin:accounts_user_reset_password", args=[stage.user]))
    for who in ("clerk", "supervisor", "auditor", "nobody"):
        assert {ask(stage.people[who], url, {}) for url in urls} == {403}, who


def test_the_administration_has_no_door_of_its_own(stage):
    for user in (*stage.people.values(), None):
        assert ask(user, reverse("admin:login")) == 302

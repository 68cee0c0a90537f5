"""How many statements an action costs from the click to the answer: fixed here, so that nobody adds one unseen.

The target of the design is twelve. Session, person and role cost three of them, the row, seen and locked at once, one.
"""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opinions.models import Opinion
from tests.opinions.pages.test_actions import route_fields
from tests.opinions.story import statements, told

MOST = {
    "route": 16,  # two actions in one, and the form's three choices are checked
    "sign": 8,
    "issue_handover": 15,  # the letter: its organ, template, number and the studio it names
    "ask_extension": 10,
    "grant_extension": 10,
    "notify": 12,
    "suspend": 9,  # the limit, and how long it stood still already
    "resume": 8,
    "escalate": 8,
    "answer": 12,  # the clerks and the deputy hear of it
    "report_back": 8,
    "issue_reply": 12,
    "call_back": 7,
    "evaluate": 21,  # not satisfied: two actions, the past round kept, its drafts dropped, the deputy hears of it
}


def steps(cast, office):
    until_on = timezone.localdate() + timedelta(days=9)
    return [
        (cast.officer, "route", route_fields(office, instructions="请尽快")),
        (cast.handler, "sign", {}),
        (cast.officer, "issue_handover", {}),
        (cast.handler, "ask_extension", {"days": 3, "reason": "等材料"}),
        (cast.supervisor, "grant_extension", {"note": "同意"}),
        (cast.supervisor, "notify", {"kind": "remind", "note": "请抓紧"}),
        (cast.handler, "suspend", {"reason": "等群众", "until_on": until_on}),
        (cast.handler, "resume", {"note": "已补齐"}),
        (cast.official, "escalate", {"reason": "同类问题多"}),
        (cast.handler, "answer", {"outcome": "A", "answer": "已装好"}),
        (cast.clerk, "report_back", {"how": "phone", "note": ""}),
        (cast.clerk, "issue_reply", {}),
        (cast.clerk, "call_back", {"reached": "yes", "note": "谢谢"}),
        (cast.clerk, "evaluate", {"satisfaction": "not", "how": "phone", "reason": "又坏了"}),
    ]


def walked(client, cast, office) -> dict[str, list[str]]:
    """The statements of each action of one opinion's way."""
    number, asked = told(cast, office).number, {}
    for user, action, fields in steps(cast, office):
        client.force_login(user)
        data = {"version": Opinion.objects.get(number=number).version, **fields}
        with CaptureQueriesContext(connection) as captured:
            response = client.post(f"/opinions/{number}/{action}/", data)
        assert response.status_code == 302, (action, response.text)
        asked[action] = statements(captured.captured_queries)
    return asked


def test_an_action_costs_no_more_statements_than_it_did(client, cast, office):
    walked(client, cast, office)  # templates and series of letters are made with the first one
    asked = walked(client, cast, office)
    for action, sql in asked.items():
        assert len(sql) <= MOST[action], (action, len(sql), *sql)

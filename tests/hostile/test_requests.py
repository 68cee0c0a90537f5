"""Requests of the list: each gets the answer that stands beside it, and changes nothing that was not asked for."""

from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from opinions.models import Opinion
from tests.hostile.requests import GROUPS
from tests.test_urls_by_role import stage  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_pace(monkeypatch):
    monkeypatch.setattr("accounts.rate_limit.seconds_until_allowed", lambda *args, **kwargs: 0)


def answer(stage, sent):
    """What the sender gets; what it changed is undone."""
    headers = dict(sent.headers)
    client = Client(enforce_csrf_checks=headers.pop("checks", False))
    if sent.who:
        client.cookies = SimpleCookie({"sessionid": stage.people[sent.who]["sessionid"].value})
    with transaction.atomic():
        if sent.post is not None:
            response = client.post(sent.path, sent.post, **headers)
        else:
            method = sent.method or ("POST" if sent.kind else "GET")
            response = client.generic(method, sent.path, sent.body, content_type=sent.kind, **headers)
        page = b"".join(response).decode(errors="replace")
        transaction.set_rollback(True)
    return response, page


@pytest.mark.parametrize("group", GROUPS)
def test_each_gets_its_answer(stage, group):
    wrong = {}
    for case in GROUPS[group]:
        sent = case.made(stage)
        response, page = answer(stage, sent)
        if response.status_code != case.status or case.told not in page:
            wrong[case.name] = (response.status_code, case.status, case.told)
        if (
            response.status_code == 422
            and sent.post
            and (typed := sent.post.get("body"))
            and len(typed) < 100
        ):
            assert typed in page, "nothing typed is lost"
        if response.status_code == 302:
            to = urlsplit(urljoin(f"http://testserver{sent.path}", response.headers["Location"]))
            assert (to.scheme, to.netloc) == ("http", "testserver"), case.name
    assert not wrong, "\n".join(map(str, wrong.items()))


def test_fields_that_decide_decide_nothing(stage):
    case = next(case for group in GROUPS.values() for case in group if case.name == "fields that decide")
    sent = case.made(stage)
    Client().post(sent.path, sent.post)
    made = Opinion.objects.latest("pk")
    assert (made.status, made.township_id) == ("registered", "433101005")

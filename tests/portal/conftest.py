"""A citizen on the public pages: no account, no session, only what the pages and their cookies give them."""

import re

import pytest
import time_machine
from django.core.cache import cache

from opinions.models import Opinion
from opinions.workflow import report_back, secrecy, triage

PHONE = "13812345678"
WORDS = {
    "body": "桥头的路灯坏了半个月，晚上看不见路。\n希望早点修。",
    "title": "",
    "place": "峒河桥头",
    "matter_type": "complaint",
    "citizen_name": "龙小妹",
    "citizen_phone": PHONE,
    "consent": "on",
}


@pytest.fixture(autouse=True)
def no_figures_kept():
    cache.clear()


class Citizen:
    def __init__(self, client, studio):
        self.client, self.studio = client, studio

    @property
    def address(self):
        return f"/p/{self.studio.code}/new/"

    def form(self) -> dict:
        """The words, with the key of a fresh page."""
        page = self.client.get(f"{self.address}?another=1", follow=True).content.decode()
        return WORDS | {"submission_key": re.search(r'name="submission_key" value="([^"]+)"', page)[1]}

    def send(self, **words):
        return self.client.post(self.address, self.form() | words, follow=True)

    def tells(self, **words) -> tuple[Opinion, str]:
        """Hand an opinion in; the opinion and the code on the receipt."""
        response = self.send(**words)
        assert response.status_code == 200, response.content.decode()
        return Opinion.objects.latest("pk"), code_on(response)

    def looks_up(self, code, tail=PHONE[-4:], **extra):
        return self.client.post("/p/track/", {"code": code, "tail": tail}, follow=True, **extra)

    def takes(self, action, page, **words):
        """Press a button of the page that shows the opinion."""
        ticket = re.search(r'name="ticket" value="([^"]+)"', page.content.decode())[1]
        return self.client.post(f"/p/track/{action}/", {"ticket": ticket, **words}, follow=True)


def text_of(response) -> str:
    """What is read: without tags, and without the tokens that differ every time."""
    page = re.sub(r'value="[^"]*"', "", response.content.decode())
    page = re.sub(r"/m/[\w=-]+/", "", page)  # the link of one opinion
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def code_on(response) -> str:
    return re.search(r'class="code">([\d ]+)<', response.content.decode())[1]


@pytest.fixture
def citizen(client, office):
    return Citizen(client, office.studio)


def answered(cast, office, opinion):
    if opinion.keep_secret:
        secrecy.redact(opinion.number, by=cast.officer)
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    triage.sign(opinion.number, by=cast.handler)
    return report_back.answer(
        opinion.number, by=cast.handler, outcome="A", answer="已更换灯泡，报修电话 13900001111。"
    )


@pytest.fixture
def office_open():
    """A Monday morning, when letters may be issued by rule."""
    with time_machine.travel("2026-11-23 10:00+08:00"):
        yield

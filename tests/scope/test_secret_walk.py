"""A reporter who asked to be kept secret, and who gave everything away in their own words: nobody of the agency, no
official, administrator, auditor or deputy finds name, numbers or accounts on any page, in any letter, message,
workbook or file, or by any search."""

import re
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AccessRecord
from letters.models import Letter
from notifications.models import Message
from opinions.models import Attachment
from opinions.triage.topics.refresh import refresh
from opinions.workflow import merging, notes, reopen, report_back, secrecy, supervision, triage
from tests import test_urls_by_role as matrix
from tests.common.test_uploads import from_a_phone
from tests.opinions.story import routed
from tests.portal.conftest import Citizen
from tests.scope.walk import ask, session_of
from tests.url_stage import build

pytestmark = pytest.mark.django_db
NAME, PHONE = "欧阳秘密", "13987654321"
SAID = (
    "厂里夜里往河里排污打我的电话13987654321或座机8222333，微信号oymm_1988，QQ 123987456，邮箱oymm@mail.cn，"
    "我叫欧阳 秘密（歐陽秘密），证433101199003071234，一三九八七六五四三二一也行，红门那家就是。"
)
TITLE = "厂里夜里往河里排污打我的电话***或座机***，微信号***"
# In any of these spellings; the last four digits alone are in many a token.
GIVEN_AWAY = [
    NAME, "欧阳 秘密", "歐陽秘密", "秘密（", PHONE, "139 8765 4321", "139****4321", "1398765", "8765432", "8222333",
    "oymm", "123987456", "mail.cn", "433101199003071234", "4331011990", "19900307", "一三九八七六五", "红门",
]  # fmt: skip
# Who reads it, with the least number of pages on which its harmless words must be read, or nothing was tried.
READERS = {"handler": 15, "other_handler": 4, "official": 8, "deputy": 1}
WALKERS = (*READERS, "administrator", "auditor")
SEARCHED = (
    NAME,
    "欧阳",
    "秘密",
    "欧阳 秘密",
    PHONE,
    "1398765",
    "4321",
    "8222333",
    "oymm",
    "oymm_1988",
    "123987456",
    "红门",
)
# Set up again by the stage itself, without words of the reporter; each costs a walk of seconds.
LEFT_ALONE = {"logout", "set_language"}


@pytest.fixture
def stage(cast, office, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = build(cast, office)
    files = [
        SimpleUploadedFile("欧阳秘密.jpg", from_a_phone()),
        SimpleUploadedFile("13987654321.pdf", b"%PDF-1.4 /Author (oymm) %%EOF", "application/pdf"),
    ]
    facts = {
        "title": "",
        "body": SAID,
        "place": f"{NAME}家屋后",
        "citizen_name": NAME,
        "citizen_phone": PHONE,
    }
    opinion, _code = Citizen(client, office.studio).tells(**facts, keep_secret="on", files=files)
    number = opinion.number
    assert opinion.title == TITLE
    secrecy.redact(number, by=cast.officer, hide=["红门那家"])
    where = {"lead_agency": office.transport, "joint_agencies": [office.ecology]}
    triage.route(number, by=cast.officer, instructions=f"可与{NAME} {PHONE} 联系", **where)
    triage.issue_handover(number, by=cast.officer, words="红门那家不要去，座机8222333")
    triage.sign(number, by=cast.handler)
    supervision.notify(
        number, by=cast.supervisor, kind="supervise", note="歐陽秘密又打8222333来", letter=True
    )
    notes.supplement(number, by=cast.clerk, words="加微信oymm_1988，红门那家")
    report_back.answer(number, by=cast.handler, outcome="A", answer="已停产整治")
    report_back.report_back(number, by=cast.clerk, how="phone", note="欧阳大姐说知道了")
    reopen.reopen(number, by=cast.clerk, reason=f"{NAME}说又排了，打 139 8765 4321")
    triage.sign(number, by=cast.handler)
    other = routed(
        cast, office, citizen_name=NAME, citizen_phone=PHONE, keep_secret=True, body=SAID, title="排污8222333"
    )
    merging.merge(other.number, by=cast.officer, into=number)
    refresh(county="433101")
    made.number = number
    made.letter = Letter.objects.filter(about=number, cancelled_at=None).latest("pk").pk
    made.file = Attachment.objects.get(opinion=opinion, kind="image/jpeg").pk
    made.pdf = Attachment.objects.get(opinion=opinion, kind="application/pdf").pk
    return made


def addresses(stage):
    """Every address that staff have, those of actions, and what only this opinion has."""
    for name, row in matrix.TABLE.items():
        if not name.startswith("portal:") and name not in LEFT_ALONE:
            yield matrix.address(stage, name, row)
    for action in matrix.ACTIONS:
        yield f"/opinions/{stage.number}/{action}/"
    letters = Letter.objects.filter(about=stage.number).values_list("pk", flat=True)
    yield from (f"/letters/{pk}{tail}" for pk in letters for tail in ("/", "/print/", "/letter.docx"))
    yield f"/opinions/{stage.number}/files/{stage.pdf}/"


def given_away(answer, url) -> list[str]:
    text = re.sub(r"<!--.*?-->", "", answer.everything.replace(url, ""), flags=re.DOTALL)
    return [word for word in GIVEN_AWAY if word in text]


def test_nobody_finds_them_on_any_page_in_any_letter_message_file_or_search(stage, cast):
    """One stage for all: it takes seconds to build."""
    found, read = [], {}
    for who in WALKERS:
        session = session_of(getattr(cast, who))
        for url in addresses(stage):
            answer = ask(session, url)
            read[who] = read.get(who, 0) + (answer.status == 200 and "排污" in answer.text)
            if answer.status == 500 or (told := given_away(answer, url)):
                found.append((who, url, answer.status, told))
        for message in Message.objects.filter(recipient=getattr(cast, who)):
            found += [(who, word) for word in GIVEN_AWAY if word in message.subject + message.body]
        if who in READERS:
            found += [(who, words) for words in SEARCHED if stage.number in listed(session, words)]
            assert who == "deputy" or stage.number in listed(session, "排污")
    assert not found
    assert all(read[who] >= least for who, least in READERS.items()), read
    pdf = f"/opinions/{stage.number}/files/{stage.pdf}/"
    for who, status in (("handler", 403), ("official", 403), ("clerk", 200)):
        session = session_of(getattr(cast, who))
        assert ask(session, pdf).status == status
        assert ("暂不提供" in ask(session, f"/opinions/{stage.number}/").text) is (status == 403)


def listed(session, words) -> str:
    return ask(session, "/opinions/?q=" + quote(words)).text


def test_an_official_sees_them_for_a_reason_that_is_recorded(stage, cast, client):
    client.force_login(cast.official)
    address = f"/opinions/{stage.number}/reveal/"
    assert client.post(address, {"reason": ""}).status_code == 422
    page = client.post(address, {"reason": "当面约访"}, follow=True).content.decode()
    assert NAME in page and PHONE in page
    assert AccessRecord.objects.filter(action="revealed", by=cast.official, subject=stage.number).count() == 1
    client.force_login(cast.handler)
    assert client.post(address, {"reason": "想知道"}).status_code == 403

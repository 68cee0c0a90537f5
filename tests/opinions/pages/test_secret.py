"""Whoever wants to be kept secret is: on no page, in no message and through no search does the agency learn who."""

import pytest
from django.utils import timezone

from notifications.models import Message
from opinions.ledger.verify import verify
from opinions.models import JointPart
from opinions.workflow import merging, register, reopen, report_back, supervision, triage
from tests.opinions.story import signed, told

pytestmark = pytest.mark.django_db
NAME, PHONE = "欧阳秘密", "13987654321"
SECRET = {
    "citizen_name": NAME, "citizen_phone": PHONE, "keep_secret": True, "title": f"{NAME}反映排污",
    "body": f"我是{NAME}，电话 {PHONE}，工厂排污。", "place": f"{NAME}家屋后 {PHONE}",
    "recorded_for": f"{NAME}的儿子代写",
}  # fmt: skip
ADDRESSES = [
    "/", "/opinions/", "/opinions/handling/?show=to_answer", "/opinions/handling/", "/messages/", "/opinions/{0}/",
    "/opinions/{0}/print/", "/opinions/{0}/answer/", "/opinions/{0}/return_it/", "/opinions/{0}/ask_extension/",
    "/opinions/{0}/suspend/", "/opinions/{0}/acknowledge/", "/opinions/{1}/",
]  # fmt: skip


@pytest.fixture
def secret(cast, office):
    """One that has been through much, and another merged into it."""
    opinion = signed(cast, office, **SECRET)
    supervision.notify(opinion.number, by=cast.supervisor, kind="supervise", note=f"{NAME} 又来电 {PHONE}")
    report_back.answer(opinion.number, by=cast.handler, outcome="A", answer="已停产")
    report_back.report_back(opinion.number, by=cast.clerk, how="phone", note=f"{NAME}说知道了")
    reopen.reopen(opinion.number, by=cast.clerk, reason=f"{NAME}说又排了，打 {PHONE}")
    triage.sign(opinion.number, by=cast.handler)
    return opinion


@pytest.fixture
def beside(cast, office, secret):
    """Another opinion of the same agency, on whose page the secret one is named."""
    from tests.opinions.story import routed

    other = routed(cast, office, **SECRET)
    merging.merge(other.number, by=cast.officer, into=secret.number)
    return secret


@pytest.mark.parametrize("who", ["handler", "other_handler"])
def test_no_page_of_the_agency_names_them(client, cast, office, beside, who):
    if who == "other_handler":
        today = timezone.localdate()
        facts = {
            "county": office.jishou,
            "agency": office.ecology,
            "sent_on": today,
            "days": 5,
            "due_on": today,
        }
        JointPart.objects.create(opinion=beside, **facts)
    client.force_login(getattr(cast, who))
    seen = 0
    for address in ADDRESSES:
        response = client.get(address.format(beside.number, beside.merged.first().number))
        page = response.content.decode()
        seen += response.status_code == 200
        assert NAME not in page and PHONE not in page, address
    assert seen >= 5


def test_no_message_to_a_colleague_names_them(cast, beside):
    told = list(Message.objects.filter(recipient__in=[cast.handler, cast.other_handler]))
    assert told
    for message in told:
        assert NAME not in message.subject + message.body and PHONE not in message.subject + message.body


def finds(client, user, opinion, words) -> bool:
    client.force_login(user)
    return opinion.number in client.get("/opinions/", {"q": words}).content.decode()


@pytest.mark.parametrize("words", [NAME, NAME[:2], PHONE, PHONE[3:7], "阳秘"])
def test_the_agency_finds_out_nothing_by_searching(client, cast, secret, words):
    assert not finds(client, cast.handler, secret, words)
    for seen in (secret.number, secret.number[-6:], "排污", "屋后"):
        assert finds(client, cast.handler, secret, seen)


def test_who_deals_with_the_citizen_finds_them_by_the_whole_number_alone(client, cast, secret):
    for spelled in (PHONE, f"+86 {PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}"):
        assert finds(client, cast.clerk, secret, spelled)
    for words in (NAME, PHONE[3:7], PHONE[:-1] + "0"):
        assert not finds(client, cast.clerk, secret, words)


def test_who_asks_later_to_be_kept_secret_is_hidden_in_what_was_said_before(cast, office):
    from tests.common.dump import dump

    opinion = told(cast, office, **(SECRET | {"keep_secret": False}))
    register.amend(opinion.number, by=cast.clerk, place=f"{NAME}家")
    register.amend(opinion.number, by=cast.clerk, body=f"还是{NAME}说的")
    assert NAME in dump()
    register.amend(opinion.number, by=cast.clerk, keep_secret=True)
    assert NAME not in dump()
    opinion.refresh_from_db()
    assert (opinion.title, opinion.body) == (SECRET["title"], f"还是{NAME}说的")
    assert verify().broken is None


def test_the_agency_may_not_reveal_them(client, cast, secret):
    client.force_login(cast.handler)
    assert client.post(f"/opinions/{secret.number}/reveal/", {"reason": "想知道是谁"}).status_code == 403

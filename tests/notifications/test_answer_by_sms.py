"""The answer by text message: its first words and where the rest is; refused for good, the citizen was not told."""

import pytest
from django.urls import reverse

from notifications import services
from notifications.channels import NotSent, Rejected
from notifications.models import Message
from opinions.jobs import sweep
from opinions.models import Opinion
from opinions.privacy import evaluation_tokens
from opinions.workflow import report_back
from studios.models import Studio
from tests.workflow.walk import Walk

pytestmark = pytest.mark.django_db
LONG = "路灯已经全部修好，12月6日恢复照明。" + "我们还对全乡的路灯做了检查，发现问题的都已登记。" * 20


@pytest.fixture
def walk(cast, office):
    Studio.objects.filter(pk=office.studio.pk).update(phone="0743-8075482")
    return Walk(cast, office)


def answered(walk, answer=LONG, **written):
    opinion = walk.to("handling", **{"channel": "web"} | written)
    words = {"outcome": "A", "answer": answer}
    return report_back.answer(opinion.number, by=walk.cast.handler, at=walk.later(), **words)


def sent(opinion):
    """The texts with the answer; the receipt of the registration is another."""
    told = opinion.events.filter(action="report_back").values_list("sequence", flat=True)
    keys = [f"{opinion.number}/{sequence}/0" for sequence in told]
    return Message.objects.filter(key__in=keys, channel="sms").order_by("pk")


def texts(opinion) -> list[str]:
    return [message.body for message in sent(opinion)]


def test_a_long_answer_goes_out_by_its_first_sentence_and_the_studios_phone(walk):
    opinion = answered(walk)
    sweep.check(opinion.number, now=walk.now)
    assert texts(opinion) == [
        "您3月2日反映的事有答复了：路灯已经全部修好，12月6日恢复照明。 看全文或提意见请拨0743-8075482。"
    ]
    assert len(texts(opinion)[0]) <= 70


def test_with_a_public_address_answer_and_evaluation_are_one_text_and_the_link_shows_the_whole_answer(
    client, walk, settings
):
    settings.PUBLIC_URL = "https://lzz.example.cn"
    opinion = answered(walk)
    sweep.check(opinion.number, now=walk.now)
    (text,) = texts(opinion)
    words, link = text.split("看全文、作评价：")
    assert words == (
        "您3月2日反映的事有答复了：路灯已经全部修好，12月6日恢复照明。"
        "我们还对全乡的路灯做了检查，发现问题的都已登记。 "
    )
    assert LONG in client.get(link.removeprefix("https://lzz.example.cn")).text


def test_the_limit_is_a_setting_and_a_sentence_too_long_is_marked_as_cut(walk, settings):
    settings.SMS_MAX_CHARACTERS = 60
    opinion = answered(walk, answer="已" * 100)
    sweep.check(opinion.number, now=walk.now)
    (text,) = texts(opinion)
    assert len(text) == 60 and "已…" in text


def test_links_sent_before_with_the_whole_signature_stay_good(walk):
    opinion = answered(walk)
    whole = evaluation_tokens._signer.sign(f"{opinion.number}.1")
    assert evaluation_tokens.read(whole) == evaluation_tokens.read(evaluation_tokens.token_of(opinion))
    assert evaluation_tokens.read(evaluation_tokens.token_of(opinion)[:-1] + "~") is None


def test_the_handler_reads_beside_the_answer_how_much_of_it_the_text_holds(client, walk):
    opinion = walk.to("handling", channel="web")
    client.force_login(walk.cast.handler)
    page = client.get(reverse("opinions:act", args=[opinion.number, "answer"])).text
    # 70, without 您3月2日反映的事有答复了： and  看全文或提意见请拨0743-8075482。
    assert "短信只容得下开头33个字" in page and 'data-sms-room="33"' in page
    other = walk.to("handling", citizen_phone="")
    assert "短信只容得下" not in client.get(reverse("opinions:act", args=[other.number, "answer"])).text


class Refuses:
    def send(self, **words):
        raise Rejected("号码不存在")


class Silent:
    def send(self, **words):
        raise NotSent("busy")


@pytest.fixture
def told(walk):
    opinion = answered(walk)
    sweep.check(opinion.number, now=walk.now)
    assert Opinion.objects.get(pk=opinion.pk).status == "reported_back"
    return opinion


def test_a_text_refused_for_good_puts_the_opinion_back_to_be_reported_back(client, walk, told, settings):
    settings.SMS_GATEWAY = f"{__name__}.Refuses"
    services.sweep(now=walk.later())
    told.refresh_from_db()
    assert (told.status, told.reported_back_at, told.satisfaction) == ("answered", None, "")
    assert Message.objects.filter(recipient=walk.cast.clerk, subject__startswith="未能告知").exists()
    client.force_login(walk.cast.clerk)
    assert told.number in client.get(reverse("opinions:calls")).text
    page = client.get(reverse("opinions:detail", args=[told.number])).text
    assert "答复短信未能送达" in page and "号码不存在" in page


def test_the_refused_text_is_never_sent_again_and_the_clerk_tells_the_citizen(client, walk, told, settings):
    settings.SMS_GATEWAY = f"{__name__}.Refuses"
    services.sweep(now=walk.later())
    message = sent(told).get()
    client.force_login(walk.cast.clerk)
    retry = reverse("notifications:retry", args=[message.pk])
    assert retry not in client.get(reverse("notifications:outbox")).text
    assert client.post(retry).status_code == 409
    told.refresh_from_db()
    report_back.report_back(told.number, by=walk.cast.clerk, how="phone", at=told.changed_at)
    sweep.sweep(now=walk.later(days=1))
    assert len(texts(told)) == 1


def test_a_gateway_that_is_busy_five_times_counts_as_refused_and_one_that_recovers_does_not(
    walk, told, settings
):
    settings.SMS_GATEWAY = f"{__name__}.Silent"
    for _attempt in range(4):
        services.sweep(now=walk.later(hours=3))
    told.refresh_from_db()
    assert told.status == "reported_back"
    services.sweep(now=walk.later(hours=3))
    told.refresh_from_db()
    assert told.status == "answered"


def test_an_evaluation_that_came_first_is_kept(walk, told, settings):
    report_back.evaluate(
        told.number, by=walk.cast.clerk, satisfaction="satisfied", how="phone", at=walk.later()
    )
    settings.SMS_GATEWAY = f"{__name__}.Refuses"
    services.sweep(now=walk.later())
    told.refresh_from_db()
    assert told.status == "closed"

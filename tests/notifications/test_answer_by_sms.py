"""The answer by text message: its first words and where the rest is; refused for good, the citizen was not told."""

import pytest
import time_machine
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
        "【吉首市人大】您3月2日反映的事有答复了：路灯已经全部修好，12月6日恢复照明。 "
        "看全文或提意见请拨0743-8075482。"
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
        "【吉首市人大】您3月2日反映的事有答复了：路灯已经全部修好，12月6日恢复照明。"
        "我们还对全乡的路灯做了检查，发现问题的都… "
    )
    assert len(text) - len(link) == 70
    with time_machine.travel(walk.now, tick=False):  # the link ends some months after the report
        assert LONG in client.get(link.removeprefix("https://lzz.example.cn")).text


def test_the_limit_is_a_setting_and_a_sentence_too_long_is_marked_as_cut(walk, settings):
    settings.SMS_MAX_CHARACTERS = 60
    opinion = answered(walk, answer="已" * 100)
    sweep.check(opinion.number, now=walk.now)
    (text,) = texts(opinion)
    assert len(text) == 60 and "已…" in text


@pytest.fixture
def long_name(walk):
    """The county of China with the longest name."""
    county = walk.office.studio.township.county
    type(county).objects.filter(pk=county.pk).update(name="双江拉祜族佤族布朗族傣族自治县")


def test_an_office_with_a_long_name_says_the_rest_shorter(walk, long_name):
    opinion = answered(walk)
    sweep.check(opinion.number, now=walk.now)
    (text,) = texts(opinion)
    assert text.startswith(
        "【双江拉祜族佤族布朗族傣族自治县人大】您3月2日反映的事有答复了：路灯已经全部修好，"
    )
    assert text.endswith("详询0743-8075482。") and len(text) <= 70


def told_by_phone(walk):
    opinion = answered(walk, channel="reception")
    report_back.report_back(opinion.number, by=walk.cast.clerk, how="phone", at=walk.later())
    return texts(opinion)


def test_the_request_to_evaluate_says_from_whom_it_is_about_what_until_when_and_whom_to_call(walk, settings):
    settings.PUBLIC_URL = "https://lzz.example.cn"
    (text,) = told_by_phone(walk)
    words, link = text.split("https:")
    assert words == (
        "【吉首市人大】您3月2日反映的事，答复满意吗？3月16日前请拨0743-8075482或点链接告诉我们，不满意会重新办："
    )
    assert len(words) <= 70 and link.startswith("//lzz.example.cn/p/evaluate/")


def test_the_request_to_evaluate_keeps_to_the_limit_of_the_office(walk, settings, long_name):
    settings.PUBLIC_URL, settings.SMS_MAX_CHARACTERS = "https://lzz.example.cn", 60
    (text,) = told_by_phone(walk)
    words = text.split("https:")[0]
    assert (
        words.startswith("【双江拉祜族佤族布朗族傣族自治县人大】")
        and "3月16日前" in words
        and len(words) <= 60
    )


def test_links_sent_before_with_the_whole_signature_stay_good(walk):
    opinion = answered(walk)
    whole = evaluation_tokens._signer.sign(f"{opinion.number}.1")
    assert evaluation_tokens.read(whole) == evaluation_tokens.read(evaluation_tokens.token_of(opinion))
    assert evaluation_tokens.read(evaluation_tokens.token_of(opinion)[:-1] + "~") is None


def test_the_handler_reads_beside_the_answer_how_much_of_it_the_text_holds(client, walk):
    opinion = walk.to("handling", channel="web")
    client.force_login(walk.cast.handler)
    page = client.get(reverse("opinions:act", args=[opinion.number, "answer"])).text
    # 70, without 【吉首市人大】您3月2日反映的事有答复了： and  看全文或提意见请拨0743-8075482。
    assert "短信只容得下开头26个字" in page and 'data-sms-room="26"' in page
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


def test_the_outbox_says_why_in_words_and_folds_what_the_gateway_said(client, walk, told, settings):
    settings.SMS_GATEWAY = f"{__name__}.Refuses"
    services.sweep(now=walk.later())
    sent(told).update(last_error='短信网关未接收：HTTP 422 {"error": "空号"}')
    client.force_login(walk.cast.clerk)
    page = client.get(reverse("notifications:outbox")).text
    assert ">短信网关未接收</span>" in page
    fold = page[page.index("<details") : page.index("</details>")]
    assert "技术信息" in fold and "HTTP 422" in fold and "HTTP 422" not in page.replace(fold, "")

"""Telling a studio something: it is registered by the ordinary action, once, with a code that nobody can guess."""

import itertools
import re

import pytest

from deputies.models import Deputy
from opinions.models import Event, Opinion, Receipt
from opinions.privacy import query_codes

from .conftest import PHONE, WORDS, code_on

pytestmark = pytest.mark.django_db


def test_it_is_registered_at_the_studio_by_the_citizen_on_the_public_pages(citizen, office):
    opinion, _code = citizen.tells()
    assert (opinion.studio, opinion.township, opinion.channel) == (office.studio, office.qianzhou, "web")
    assert (opinion.status, opinion.registered_by) == ("registered", None)
    assert (opinion.citizen_name, opinion.citizen_phone) == ("龙小妹", PHONE)
    event = opinion.events.get()
    assert (event.action, event.via, event.by) == ("register", "portal", None)


def test_a_title_is_made_of_the_first_words_unless_one_is_given(citizen):
    assert citizen.tells()[0].title == "桥头的路灯坏了半个月，晚上看不见路。 希望早点修。"[:30]
    assert citizen.tells(title="路灯坏了")[0].title == "路灯坏了"


def test_the_receipt_says_the_code_and_when_it_goes_on(citizen):
    response = citizen.send()
    opinion, text = Opinion.objects.get(), response.content.decode()
    assert re.fullmatch(r"(\d{4} ){3}\d{4}", code_on(response))
    assert opinion.number in text and "前转给负责的单位" in text
    assert "no-store" in response.headers["Cache-Control"]


def test_neither_the_code_nor_the_digits_of_the_phone_are_stored(citizen):
    _opinion, code = citizen.tells()
    stored = str(list(Receipt.objects.values_list()))
    assert query_codes.typed_digits(code) not in stored and PHONE[-4:] not in stored


def test_codes_differ_and_do_not_follow_each_other(citizen):
    given = {citizen.tells()[1] for _ in range(5)}
    assert len(given) == 5
    numbers = sorted(int(code.replace(" ", "")) for code in given)
    assert min(b - a for a, b in itertools.pairwise(numbers)) > 1000


def test_a_form_sent_twice_is_one_opinion_with_the_same_code(citizen):
    form = citizen.form()
    first, second = (citizen.client.post(citizen.address, form, follow=True) for _ in range(2))
    assert code_on(first) == code_on(second)
    assert Opinion.objects.count() == Event.objects.count() == Receipt.objects.count() == 1


def test_other_words_in_a_form_already_sent_are_not_lost(citizen):
    form = citizen.form()
    citizen.client.post(citizen.address, form)
    again = citizen.client.post(citizen.address, form | {"body": "又有一盏灯坏了"})
    page = again.content.decode()
    assert again.status_code == 422 and "又有一盏灯坏了" in page and "已经提交过" in page
    key = re.search(r'name="submission_key" value="([^"]+)"', page)[1]
    citizen.client.post(citizen.address, form | {"body": "又有一盏灯坏了", "submission_key": key})
    assert list(Opinion.objects.order_by("pk").values_list("body", flat=True)) == [
        WORDS["body"],
        "又有一盏灯坏了",
    ]


@pytest.mark.parametrize("key", ["", "x", "00000000-0000-0000-0000-000000000000", "a:b:c", "x" * 5000])
def test_a_key_we_did_not_make_registers_nothing_and_keeps_the_words(citizen, key):
    response = citizen.send(submission_key=key)
    assert response.status_code == 422 and "桥头的路灯" in response.content.decode()
    assert not Opinion.objects.exists()
    key = re.search(r'name="submission_key" value="([^"]+)"', response.content.decode())[1]
    sent = citizen.client.post(citizen.address, WORDS | {"submission_key": key})
    assert (sent.status_code, sent.url) == (302, "/p/receipt/")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"body": ""}, "请写下您想反映的事。"),
        ({"consent": ""}, "前面打钩"),
        ({"citizen_phone": "1381234"}, "电话"),
        ({"anonymous": "on"}, "不留姓名"),
        ({"body": "长" * 10_001}, "10000"),
        ({"website": "http://spam"}, "请留空"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(citizen, words, message):
    response = citizen.send(**words)
    page = response.content.decode()
    assert response.status_code == 422 and message in page and "峒河桥头" in page
    assert not Opinion.objects.exists()


def test_nobody_need_say_who_they_are(citizen):
    opinion, code = citizen.tells(citizen_name="", citizen_phone="", anonymous="on")
    assert (opinion.citizen_name, opinion.citizen_phone, opinion.phone_index) == ("", "", "")
    assert citizen.looks_up(code, "").status_code == 200


def test_who_wants_to_be_kept_secret_is(citizen):
    assert citizen.tells(keep_secret="on")[0].keep_secret


def test_a_deputy_of_this_studio_can_be_chosen_and_no_other(citizen, cast, office):
    other = Deputy.objects.create(name="别处代表", township=office.tuojiang, studio=office.other_studio)
    assert citizen.send(deputy=other.pk).status_code == 422
    assert citizen.tells(deputy=cast.as_deputy.pk)[0].deputy == cast.as_deputy


def test_a_closed_studio_takes_nothing(citizen, office):
    form = citizen.form()
    office.studio.active = False
    office.studio.save()
    assert citizen.client.post(citizen.address, form).status_code == 302
    assert not Opinion.objects.exists()
    assert "已撤销" in citizen.client.get(f"/p/{office.studio.code}/").content.decode()


def test_a_post_without_its_csrf_cookie_is_refused(citizen, office):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post(citizen.address, citizen.form()).status_code == 403

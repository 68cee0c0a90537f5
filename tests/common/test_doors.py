"""Telephone numbers, names, days and texts are read by one rule at every door: the desk, the public pages, the import
of a ledger, the registers, and the write path itself. One table of examples holds for all of them."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from common.excel import importing
from common.text import phone_numbers
from common.text.moments import read_moment
from common.text.visible import code, name, visible, word
from common.ui.fields import PersonNameField, PhoneField
from deputies.models import Deputy
from deputies.roll.importing import DEPUTIES
from opinions.importing.services import import_file
from opinions.models import Opinion
from opinions.workflow.register import register
from studios.rolls.studios import STUDIOS
from tests.conftest import at
from tests.deputies.test_import import ROW as DEPUTY
from tests.opinions.ledger.ledgers import OPEN_ROW, as_csv
from tests.studios.test_import_studios import ROW as STUDIO

NOW = at("2026-11-23 10:00")
# What is typed → the number that is kept; None where it is refused.
PHONES = [
    ("13800138000", "13800138000"),
    ("138-0013-8000", "13800138000"),
    ("+86 138 0013 8000", "13800138000"),
    ("0086 13800138000", "13800138000"),
    ("１３８００１３８０００", "13800138000"),
    ("\u202d13800138000\u202c", "13800138000"),
    ("\u200b13800138000", "13800138000"),
    ("’13800138000", "13800138000"),
    ("电话：13800138000", "13800138000"),
    ("13800138000（儿子）", "13800138000"),
    ("（0743）8222123", "0743-8222123"),
    ("0743—8222123", "0743-8222123"),
    ("8222123", "8222123"),
    ("400-800-8888", "4008008888"),
    ("无", ""),
    ("/", ""),
    ("--", ""),
    ("不详", ""),
    ("", ""),
    ("打给村支书", None),
    ("138****8000", None),
    ("1380013800", None),
    ("433101198001011234", None),
    ("12345", None),
    ("1.38E+10", None),
]
NAMES = [
    ("测　一", "测一"),
    ("张 三", "张三"),
    ("阿依•古测", "阿依·古测"),
    ("阿依．古测", "阿依·古测"),
    ("阿依 · 古测", "阿依·古测"),
    ("\u200b张三\ufeff", "张三"),
    ("\ue81e三", "\u9fb4三"),
    ("John Smith", "John Smith"),
    ("匿名", ""),
    ("无", ""),
]
TEXTS = [
    ("\u200b路灯\u2060不亮\ufeff", "路灯不亮"),
    ("\u00a0路灯\u00a0不亮\u3000", "路灯 不亮"),
    ("一家👨\u200d👩\u200d👧都在", "一家👨\u200d👩\u200d👧都在"),
    ("a\u200db", "ab"),
    ("\u200b\u200e\u00ad", ""),
    ("\u3164", ""),
]


@pytest.mark.parametrize(("typed", "kept"), PHONES)
def test_a_phone_number_is_read_alike_by_the_field_and_by_the_cell(typed, kept):
    field = PhoneField(required=False)
    for read in (field.clean, importing.phone):
        if kept is None:
            with pytest.raises(Exception, match=r"\w"):
                read(typed)
        else:
            assert read(typed) == kept


@pytest.mark.parametrize(("typed", "kept"), NAMES)
def test_a_name_is_read_alike_by_the_field_and_by_the_cell(typed, kept):
    assert PersonNameField(required=False).clean(typed) == kept == importing.name(typed, 50) == name(typed)


@pytest.mark.parametrize(("typed", "kept"), TEXTS)
def test_what_nobody_sees_is_no_text(typed, kept):
    assert visible(typed) == kept


def entry(client, cast, office, **written):
    client.force_login(cast.clerk)
    page = client.get(reverse("opinions:new"))
    form = page.context["form"]
    data = {
        "submission_key": str(form.initial["submission_key"]),
        "township": office.qianzhou.pk,
        "channel": "phone",
        "matter_type": "help",
        "title": "路灯",
        "body": "路灯不亮",
    }
    client.post(reverse("opinions:new"), data | written)
    return Opinion.objects.order_by("-pk").first()


COLUMNS = {"citizen_phone": "电话", "citizen_name": "姓名", "title": "标题", "body": "内容"}


def ledger(client, cast, office, **written):
    row = OPEN_ROW | {COLUMNS[column]: value for column, value in written.items()}
    import_file(as_csv(row), "a.csv", by=cast.clerk, now=NOW)
    return Opinion.objects.order_by("-pk").first()


def written(client, cast, office, **written):
    facts = {"title": "路灯", "body": "路灯不亮", "channel": "phone"} | written
    return register(by=cast.clerk, township=office.qianzhou, **facts)


FORMS = [entry, ledger]


@pytest.mark.parametrize("door", FORMS, ids=lambda door: door.__name__)
def test_every_door_keeps_the_same_number_name_and_text(client, cast, office, door):
    opinion = door(
        client,
        cast,
        office,
        citizen_phone="\u202d+86 138-0013-8000",
        citizen_name="阿依 • 古测\u200b",
        title="\u200b路灯\u2060不亮",
        body="一家👨\u200d👩\u200d👧都\u200b说",
    )
    kept = (opinion.citizen_phone, opinion.citizen_name, opinion.title, opinion.body)
    assert kept == ("13800138000", "阿依·古测", "路灯不亮", "一家👨\u200d👩\u200d👧都说")


@pytest.mark.parametrize("door", FORMS, ids=lambda door: door.__name__)
def test_no_door_takes_an_identity_number_for_a_phone_number_or_nothing_for_words(client, cast, office, door):
    assert door(client, cast, office, citizen_phone="433101198001011234") is None
    assert door(client, cast, office, body="\u200b\u200e", title="路灯") is None


def test_the_write_path_itself_keeps_no_unseen_characters(client, cast, office):
    opinion = written(client, cast, office, title="\u200b路灯", body="\ufeff不亮")
    assert (opinion.title, opinion.body) == ("路灯", "不亮")


def test_the_registers_read_by_the_same_rules(cast, office):
    row = DEPUTY | {"姓名": "阿依 • 古\u200b测", "电话": "（0743）8222123"}
    assert DEPUTIES.import_file(as_csv(row), "a.csv", by=cast.officer).added == 1
    deputy = Deputy.objects.latest("pk")
    assert (deputy.name, deputy.phone) == ("阿依·古测", "0743-8222123")
    again = DEPUTY | {"姓名": "阿依·古测", "电话": "0743-8222123"}
    assert DEPUTIES.import_file(as_csv(again), "a.csv", by=cast.officer).known == 1
    refused = STUDIO | {"电话": "433101198001011234"}
    assert STUDIOS.import_file(as_csv(refused), "a.csv", by=cast.officer).refused == 1


def test_of_several_numbers_a_cell_keeps_the_mobile_and_a_field_asks_for_one():
    typed = "0743-8222123、13800138000"
    assert importing.phones(typed) == ["13800138000", "0743-8222123"]
    with pytest.raises(Exception, match="一个号码"):
        PhoneField().clean(typed)


def test_codes_and_words_are_compared_by_what_they_say():
    assert code("’４３３１０１ 101") == "433101101"
    assert word("（Ａ 类）。") == word("a类")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("２０２６．３．５", "2026-03-05"),
        ("二〇二六年三月五日", "2026-03-05"),
        ("2026年3月5日（星期四）", "2026-03-05"),
        ("2026年3月5日下午3:20", "2026-03-05T15:20:00"),
        ("2026.3", None),
        ("3月5日", None),
        ("5/3/2026", None),
        ("2026.3.5-3.8", None),
        ("2026-03-05 凌晨12:00", None),
    ],
)
def test_a_day_is_read_where_it_is_certain_and_never_guessed(typed, meant):
    found = read_moment(typed)
    assert (found and found.isoformat()) == meant


def test_the_reasons_name_what_the_text_is():
    kinds = SimpleNamespace(identity="433101198001011234", masked="138****8000", text="打给村支书")
    for kind, typed in vars(kinds).items():
        with pytest.raises(phone_numbers.NoNumber) as no:
            phone_numbers.numbers(typed)
        assert no.value.kind == kind

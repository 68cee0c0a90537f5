"""What gives a person away in a text is found in every spelling, and what does not is left to be read."""

import pytest

from common.security.giveaways import Person
from common.text.excerpts import cut

PERSON = Person("龙秘密", "13987654321")


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("我是龙秘密", "我是***"),
        ("龍秘密和龙 秘 密、龙·秘密", "***和***、***"),
        ("龙大姐来过", "***来过"),
        ("请保守秘密", "请保守***"),
        ("电话 139 8765 4321", "电话 ***"),
        ("１３９－８７６５－４３２１", "***"),
        ("一三九八七六五四三二一", "***"),
        ("幺三九八七六五四三二幺", "***"),
        ("尾号4321，开头是1398765", "尾号***，开头是***"),
        ("座机8222333或822-2333", "座机***或***"),
        ("0743-8222333", "***"),
        ("138****5678", "***"),
        ("证433101199003071234", "证***"),
        ("证433101 19900307 1234", "证***"),
        ("微信lmm_1988，QQ：12345678", "微信***，QQ：***"),
        ("邮箱 long.mm@qq.com", "邮箱 ***"),
        ("加V信abc12345", "加V信***"),
        ("案号433101-2026-000123", "案号433101-2026-000123"),
        ("2026-11-25至2026.11.30，20261125", "2026-11-25至2026.11.30，20261125"),
        ("2026-2027年投资2500000元", "2026-2027年投资2500000元"),
        ("GB3096-2008，3-5月", "GB3096-2008，3-5月"),
        ("龙家寨的龙舟", "龙家寨的龙舟"),
    ],
)
def test_what_gives_the_person_away_is_starred_and_nothing_else(said, read):
    assert PERSON.hidden(said) == read


def test_of_a_landline_on_record_the_local_number_is_hidden_too():
    person = Person("", "0743-8222333")
    assert person.hidden("8 222 333 找我") == "*** 找我"
    assert person.hidden("八二二二三三三") == "***"


def test_marked_words_are_hidden_and_left_ones_are_read_but_never_name_or_number():
    person = Person(
        "龙秘密", "13987654321", hide=("红门那家",), show=("秘密", "龙秘密", "13987654321", "8123456")
    )
    assert (
        person.hidden("红门那家，请保守秘密，龙秘密 13987654321，8123456")
        == "***，请保守秘密，*** ***，8123456"
    )
    assert person.hidden("紅門 那家") == "***"


@pytest.mark.parametrize(
    ("most", "left"),
    [(2, "电话"), (3, "电话"), (8, "电话"), (14, "电话 13812345678"), (99, "电话 13812345678 打我")],
)
def test_a_text_is_never_cut_inside_a_number(most, left):
    assert cut("电话 13812345678 打我", most).rstrip() == left

"""What the search box finds, and what nobody may find by it."""

import pytest
from django.db import connection

from accounts.models import User
from common.security.encrypted_spans import END, FIRST, SEALED
from opinions.lists.search import found_by
from opinions.models import Opinion
from opinions.workflow import personal_data, register, secrecy, triage

from .test_list import LIST, log, titles

PHONE = "13800138000"


@pytest.fixture
def told(cast, office):
    """Opinions of which one has a number in its words, and one a citizen who wants to stay secret."""
    log(cast, office, "公交站牌歪了", "2026-10-08 09:00", body="站牌 Bus Stop 歪了半个月", place="人民北路")
    log(cast, office, "ＡＴＭ机吞卡", "2026-10-08 08:00", place="３栋楼下")
    with_number = log(
        cast,
        office,
        "水管爆裂",
        "2026-10-09 09:00",
        body=f"请打我电话{PHONE}，急",
        citizen_phone="13955556666",
    )
    secret = log(
        cast, office, "石头家门口积水", "2026-10-10 09:00", body="石头说了三次", keep_secret=True,
        citizen_name="石头", citizen_phone="13700001111",
    )  # fmt: skip
    secret = secrecy.redact(secret.number, by=cast.officer, at=secret.changed_at)
    for opinion in (with_number, secret):
        triage.route(opinion.number, by=cast.officer, lead_agency=office.transport, at=opinion.changed_at)


def found(client, user, words):
    client.force_login(user)
    return titles(client.get(LIST, {"q": words}))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("公交", ["公交站牌歪了"]),
        ("站牌歪", ["公交站牌歪了"]),
        ("站牌 半个月", ["公交站牌歪了"]),
        ("人民北路", ["公交站牌歪了"]),
        ("bus stop", ["公交站牌歪了"]),
        ("BUS", ["公交站牌歪了"]),
        ("歪了　积水", []),
        ("站牌。", ["公交站牌歪了"]),
        ("“公交”，（歪了）！", ["公交站牌歪了"]),
        ("ＢＵＳ　Ｓｔｏｐ", ["公交站牌歪了"]),
        ("atm", ["ＡＴＭ机吞卡"]),
        ("ATM机", ["ＡＴＭ机吞卡"]),
        ("ＡＴＭ", ["ＡＴＭ机吞卡"]),
        ("3栋", ["ＡＴＭ机吞卡"]),
        ("３栋", ["ＡＴＭ机吞卡"]),
        ("歪了站牌", []),
        ("牌歪了\n站", ["公交站牌歪了"]),
        ("%%", []),
        ("__", []),
        ("积水 门", ["石头家门口积水"]),
    ],
)
def test_words(client, cast, told, words, expected):
    assert found(client, cast.officer, words) == expected


@pytest.mark.parametrize("words", ["公", "公 交", "x", "，"])
def test_a_single_character_is_asked_back(client, cast, told, words):
    client.force_login(cast.officer)
    response = client.get(LIST, {"q": words})
    assert titles(response) == [] and "至少" in response.content.decode()


def test_by_number_whole_or_in_part(client, cast, told):
    opinion = Opinion.objects.get(title="公交站牌歪了")
    assert opinion.number == "433101-2026-000001"
    wide = ("４３３１０１－２０２６－０００００１", "433101—2026—000001。", "１")
    for asked in ("433101-2026-000001", "2026-1", "1", "000001", *wide):
        assert "公交站牌歪了" in found(client, cast.officer, asked), asked
    assert len(found(client, cast.officer, "433101-2026")) == 4
    assert found(client, cast.officer, "2025-1") == []
    assert found(client, cast.stranger_officer, opinion.number) == []


@pytest.mark.parametrize(
    "asked", ["13955556666", "+86 139-5555-6666", "139 5555 6666", "１３９５５５５６６６６，"]
)
def test_by_phone_for_those_who_work_with_the_citizen_alone(client, cast, told, asked):
    assert found(client, cast.officer, asked) == ["水管爆裂"]
    for user in (cast.handler, cast.official, cast.deputy, cast.stranger_officer):
        assert found(client, user, asked) == [], user


@pytest.mark.parametrize("piece", [PHONE, "1380013", "00138", "138", "电话1", "石头", "石头家", "积水 石头"])
def test_what_is_encrypted_in_the_words_is_found_by_nobody(client, cast, told, piece):
    for user in (cast.officer, cast.clerk, cast.handler, cast.official):
        assert found(client, user, piece) == []
    assert found(client, cast.handler, "请打我电话") == ["水管爆裂"]
    assert found(client, cast.handler, "家门口") == ["石头家门口积水"]


def test_what_is_stored_in_place_of_it_is_found_by_nobody(client, cast, told):
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM opinions_opinion WHERE title = '水管爆裂'")
        stored = cursor.fetchone()[0]
    sealed = SEALED.search(stored)[0]
    assert len(sealed) > 50
    for piece in (sealed, sealed[:2], sealed[-2:], END + END, "话" + sealed[0], END + "，急"):
        assert found(client, cast.officer, piece) == []


def test_the_index_holds_nothing_of_it(cast, told):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no index of pairs (ADR 0034)")
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT unnest(text_pairs(title, body, place)) FROM opinions_opinion")
        pairs = {row[0] for row in cursor.fetchall()}
    assert {"电话", "，急", "家门", "说了"} <= pairs
    assert not [pair for pair in pairs if any(sign in PHONE + "石头" or ord(sign) >= FIRST for sign in pair)]


def test_what_was_erased_is_found_no_more(client, cast, told):
    number = Opinion.objects.get(title="公交站牌歪了").number
    register.withdraw(number, by=cast.clerk, reason="已解决")
    personal_data.erase(number, by=cast.supervisor, reason="本人要求")
    for words in ("公交", "半个月", "人民北路"):
        assert found(client, cast.officer, words) == []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM opinions_opinion WHERE text_pairs(title, body, place) @> ARRAY['公交']::text[]"
            )
            assert cursor.fetchone() == (0,)


def test_the_index_is_one_that_postgresql_uses(cast, told):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite serves a township and reads its opinions through (ADR 0034)")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    found = found_by(Opinion, "公交站牌", cast.officer, [])
    assert "opinions_opinion_pairs" in Opinion.objects.order_by().filter(found.indexed).explain()
    assert found_by(Opinion, "公交站牌", cast.clerk, []).indexed is None


def test_one_opinion_is_in_sight_where_the_list_shows_it(cast, told):
    seen = 0
    for user in User.objects.all():
        listed = set(Opinion.objects.visible_to(user).values_list("pk", flat=True))
        assert listed == set(Opinion.objects.visible_alone(user).values_list("pk", flat=True)), user
        seen += len(listed)
    assert seen > 10

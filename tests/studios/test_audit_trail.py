"""The audit trail's page: for auditors, over their own area."""

import pytest
from django.urls import reverse

from accounts import audit
from accounts.models import AccessRecord
from studios.audit_trail import named_subject
from studios.models import Role
from tests.conftest import person

Action = AccessRecord.Action


@pytest.fixture
def county_auditor(cast):
    return person("county_auditor", "县审计", (Role.AUDITOR, {"area_code": "433101"}))


@pytest.fixture
def trail(cast):
    audit.record(
        Action.REVEALED, by=cast.clerk, subject="433101-2026-000001", area_code="433101005", reason="回访"
    )
    audit.record(Action.REVEALED, by=cast.stranger_clerk, subject="433123-2026-000001", area_code="433123100")
    audit.record(Action.LOGGED_IN, by=cast.clerk)
    audit.record(Action.LOGGED_IN, by=cast.handler)
    audit.record(Action.LOGGED_IN, by=cast.stranger_handler)
    audit.record(Action.LOGIN_FAILED, by=None, username="officer")
    audit.record(Action.LOGIN_FAILED, by=None)


def rows(client, user, **query):
    client.force_login(user)
    page = client.get(reverse("audit"), query).context["page"]
    # The auditor's own login of this test is a row too.
    return [(r.action, r.username, r.subject) for r in page if r.username != user.username]


def test_a_county_auditor_sees_the_county(client, county_auditor, trail):
    assert rows(client, county_auditor) == [
        ("login_failed", "officer", ""),
        ("logged_in", "handler", ""),
        ("logged_in", "clerk", ""),
        ("revealed", "clerk", "433101-2026-000001"),
    ]


def test_the_prefecture_auditor_sees_all_of_it_and_what_belongs_to_nobody(client, cast, trail):
    seen = rows(client, cast.auditor)
    assert len(seen) == 7
    assert ("login_failed", "", "") in seen


def test_an_auditor_elsewhere_sees_nothing(client, cast, trail):
    elsewhere = person("elsewhere", "外州审计", (Role.AUDITOR, {"area_code": "4301"}))
    assert [row for row in rows(client, elsewhere) if row[1]] == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"who": "clerk"}, 3),
        ({"who": "吴文员"}, 2),
        ({"action": "revealed"}, 2),
        ({"subject": "433101"}, 1),
        ({"county": "433123"}, 1),
        ({"since": "2000-01-01"}, 7),
        ({"until": "2000-01-01"}, 0),
    ],
)
def test_filters(client, cast, trail, query, count):
    assert len(rows(client, cast.auditor, **query)) == count


def test_the_page_offers_no_way_to_change_anything(client, cast, trail):
    client.force_login(cast.auditor)
    text = client.get(reverse("audit")).content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    assert 'method="post"' not in main
    assert client.post(reverse("audit")).status_code == 405


def test_others_are_refused(client, cast):
    for who in ("clerk", "administrator", "prefecture", "nobody"):
        client.force_login(getattr(cast, who))
        assert client.get(reverse("audit")).status_code == 403, who


def test_the_price_is_the_same_for_few_and_for_many(client, cast, trail, django_assert_max_num_queries):
    client.force_login(cast.auditor)
    with django_assert_max_num_queries(15) as few:
        client.get(reverse("audit"))
    for number in range(60):
        audit.record(Action.LOOKED, by=cast.clerk, subject=str(number), area_code="433101005")
    with django_assert_max_num_queries(len(few)):
        assert len(client.get(reverse("audit")).context["page"]) == 50


def test_it_can_be_taken_away_as_it_is_filtered_and_that_is_recorded(client, cast, trail):
    import io

    from openpyxl import load_workbook

    audit.record(Action.LOOKED, by=cast.clerk, subject="=HYPERLINK(1)", area_code="433101005")
    client.force_login(cast.auditor)
    response = client.get(reverse("audit_export"), {"who": "clerk", "since": "2000-01-01"})
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = list(book.active.iter_rows(min_row=4, values_only=True))
    assert len(rows) == 4 and {row[3] for row in rows} == {"clerk", "stranger_clerk"}
    assert "=HYPERLINK(1)" in {row[5] for row in rows}
    assert [row[0] for row in rows] == [1, 2, 3, 4]
    made = AccessRecord.objects.filter(subject="=HYPERLINK(1)").get()
    assert made.hash in {row[11] for row in rows} and made.sequence in {row[10] for row in rows}
    assert book.active["B4"].number_format == "yyyy-mm-dd hh:mm:ss"
    assert book.active["A2"].value.startswith("起止：2000年1月1日至")
    assert "%E5%AE%A1%E8%AE%A1" in response["Content-Disposition"], "审计记录….xlsx"
    kept = AccessRecord.objects.filter(action="exported").get()
    assert kept.by == cast.auditor and kept.details["rows"] == 4


def test_what_was_recorded_under_a_code_is_exported_in_words():
    assert named_subject("assessment 81") == "五有评定81"
    assert named_subject("433101-2026-000044") == "433101-2026-000044"

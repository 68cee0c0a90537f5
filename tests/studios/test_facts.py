"""The facts a studio's staff keep themselves: who may, what is refused, what the history says."""

from datetime import time
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import AccessRecord
from studios import history
from studios.errors import Refused, Stale
from studios.models import Funding, OpeningTime, Studio, opening_hours
from studios.profile import services


def url(name, studio):
    return reverse(f"studios:{name}", args=[studio.pk])


@pytest.fixture
def typed(office):
    """What the form sends when nothing was changed."""
    return {"name": office.studio.name, "version": 1}


class TestFacts:
    def test_a_clerk_saves_and_the_page_shows_it(self, client, cast, office, typed):
        client.force_login(cast.clerk)
        data = typed | {"phone": "0743-8221234", "day_0": "8:30-12:00、14:30-17:30", "day_1": "8:30-12:00 14:30-17:30",
                        "has_activity_room": "on", "has_office": "on", "opening_hours": "逢五逢十赶场日"}  # fmt: skip
        assert client.post(url("edit", office.studio), data).status_code == 302
        text = client.get(url("detail", office.studio)).content.decode()
        for part in ["0743-8221234", "三室一体", "周一至周二 8:30—12:00、14:30—17:30", "逢五逢十赶场日"]:
            assert part in text
        assert (
            client.get(url("edit", office.studio)).context["form"]["day_1"].value()
            == "8:30—12:00、14:30—17:30"
        )

    def test_the_history_keeps_before_and_after_with_the_names_of_the_day(self, client, cast, office):
        services.update_studio(office.studio.pk, by=cast.clerk, name="乾州街道代表工作室")
        services.update_studio(office.studio.pk, by=cast.clerk, in_charge="石大明")
        client.force_login(cast.official)
        lines = client.get(url("history", office.studio)).context["lines"]
        assert [(line.who, line.changes) for line in lines] == [
            ("吴文员", [("负责人", "", "石大明")]),
            ("吴文员", [("名称", "乾州代表工作室", "乾州街道代表工作室")]),
        ]
        assert "乾州街道" in lines[0].called

    def test_nothing_changed_writes_nothing(self, cast, office):
        services.update_studio(office.studio.pk, by=cast.clerk, name=office.studio.name)
        assert not AccessRecord.objects.filter(subject=history.subject_of(office.studio)).exists()

    def test_of_two_who_save_the_second_sees_what_the_first_did_and_loses_nothing(
        self, client, cast, office, typed
    ):
        services.update_studio(office.studio.pk, by=cast.studio_clerk, address="人民路1号")
        client.force_login(cast.clerk)
        answer = client.post(url("edit", office.studio), typed | {"phone": "0743-8221111"})
        assert answer.status_code == 409
        text = answer.content.decode()
        assert "石文员" in text and "人民路1号" in text and 'value="0743-8221111"' in text
        with pytest.raises(Stale):
            services.update_studio(office.studio.pk, by=cast.clerk, version=1, phone="2")

    def test_others_of_the_area_read_and_do_not_write(self, cast, office):
        for who in ("official", "officer", "deputy", "handler", "administrator"):
            with pytest.raises(PermissionDenied):
                services.update_studio(office.studio.pk, by=getattr(cast, who), phone="1")
        with pytest.raises(Studio.DoesNotExist):
            services.update_studio(office.studio.pk, by=cast.stranger_clerk, phone="1")

    def test_a_home_is_linked_to_a_studio_of_its_township_and_never_a_studio_to_one(self, cast, office):
        home = Studio.objects.create(code="home", kind="home", name="社区代表之家", township=office.qianzhou)
        services.update_studio(home.pk, by=cast.clerk, belongs_to=office.studio)
        with pytest.raises(Refused):
            services.update_studio(office.studio.pk, by=cast.clerk, belongs_to=home)
        with pytest.raises(Refused):
            services.update_studio(home.pk, by=cast.clerk, belongs_to=office.other_studio)

    def test_a_mistyped_time_is_told_beside_its_field_and_kept(self, client, cast, office, typed):
        client.force_login(cast.clerk)
        answer = client.post(
            url("edit", office.studio), typed | {"day_2": "17:00-8:00", "phone": "0743-8221112"}
        )
        assert answer.status_code == 422
        assert "day_2" in answer.context["form"].errors
        assert "0743-8221112" in answer.content.decode()
        assert not OpeningTime.objects.exists()


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("", []),
        ("8:30-12:00", [(time(8, 30), time(12))]),
        ("14:30～17:00，8:30—12:00", [(time(8, 30), time(12)), (time(14, 30), time(17))]),
        ("08：00至11：30", [(time(8), time(11, 30))]),
    ],
)
def test_times_as_people_write_them(text, stretches):
    assert opening_hours.parse_day(text) == stretches


@pytest.mark.parametrize(
    "text", ["上午", "8:30", "25:00-26:00", "12:00-8:00", "8:00-12:00 11:00-13:00", "8-12"]
)
def test_what_is_no_time(text):
    with pytest.raises(ValueError):
        opening_hours.parse_day(text)


class TestFunding:
    def test_an_amount_stands_in_place_of_the_one_before(self, client, cast, office):
        client.force_login(cast.clerk)
        row = {"year": 2026, "source": "county", "amount": "20000"}
        client.post(url("funding", office.studio), row)
        client.post(url("funding", office.studio), row | {"amount": "25000.50", "note": "追加"})
        assert [(f.year, f.amount) for f in office.studio.funding.all()] == [(2026, Decimal("25000.50"))]
        assert client.get(url("funding", office.studio)).context["total"] == Decimal("25000.50")
        changes = [line.changes for line in history.lines(office.studio, history.records_of(office.studio))]
        assert changes[0] == [("2026 县级财政", "20000.00", "25000.50")]
        client.post(url("funding", office.studio), row | {"amount": "0"})
        assert not Funding.objects.exists()

    @pytest.mark.parametrize("amount", ["-1", "abc", "12345678901234", ""])
    def test_what_is_no_amount_is_refused_and_kept(self, client, cast, office, amount):
        client.force_login(cast.clerk)
        answer = client.post(
            url("funding", office.studio), {"year": 2026, "source": "county", "amount": amount}
        )
        assert (answer.status_code, "amount" in answer.context["form"].errors) == (422, True)

    def test_an_official_reads_and_does_not_enter(self, client, cast, office):
        client.force_login(cast.official)
        assert client.get(url("funding", office.studio)).status_code == 200
        sent = client.post(url("funding", office.studio), {"year": 2026, "source": "county", "amount": "1"})
        assert sent.status_code == 403

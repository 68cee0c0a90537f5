"""Logging an opinion at the desk: what is saved, refused, kept and remembered."""

import uuid
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from deputies.activities import services as activities
from deputies.models import Deputy
from opinions.models import Event, Opinion
from studios.models import Membership, Role, Studio
from tests.common.test_uploads import from_a_phone
from tests.conftest import at, person

NEW = reverse("opinions:new")


def typed(**more):
    facts = {
        "submission_key": str(uuid.uuid4()),
        "township": "433101005",
        "channel": "reception",
        "matter_type": "help",
        "title": "人民北路公交站牌歪了",
        "body": "站牌歪了半个月，没人修。",
    }
    return facts | more


@pytest.fixture
def clerk(client, cast):
    client.force_login(cast.clerk)
    return client


def the_one() -> Opinion:
    return Opinion.objects.get()


def errors(response) -> dict:
    assert response.status_code == 422, response.status_code
    return response.context["form"].errors


def test_an_opinion_is_saved_with_all_that_was_typed(clerk, cast, office):
    more = {
        "studio": office.studio.pk,
        "deputy": cast.as_deputy.pk,
        "place": "人民北路 12 号",
        "citizen_name": "石头",
        "citizen_phone": "+86 138-0013 8000",
        "keep_secret": "on",
        "category": office.roads.pk,
        "outside_number": "12345-1",
        "recorded_for": "土家语，邻居转述",
    }
    response = clerk.post(NEW, typed(**more))
    opinion = the_one()
    assert response.url == reverse("opinions:detail", args=[opinion.number])
    assert (opinion.title, opinion.citizen_phone, opinion.citizen_name) == (
        typed()["title"],
        "13800138000",
        "石头",
    )
    assert opinion.keep_secret and opinion.category == office.roads and opinion.deputy == cast.as_deputy
    assert (opinion.studio, opinion.registered_by, opinion.status) == (
        office.studio,
        cast.clerk,
        "registered",
    )
    assert [event.action for event in Event.objects.all()] == ["register"]


def test_saving_and_logging_another_says_the_number_and_drops_the_draft(clerk, office):
    response = clerk.post(NEW, typed(then="another"), follow=True)
    assert response.redirect_chain[0][0].startswith(f"{NEW}?")
    page = response.content.decode()
    assert the_one().number in page and 'data-draft-saved="opinions-new"' in page


def test_a_second_click_gives_the_same_opinion(clerk, office):
    form = typed()
    first, second = clerk.post(NEW, form), clerk.post(NEW, form)
    assert first.url == second.url and Opinion.objects.count() == 1


def test_a_page_from_the_history_typed_over_is_another_opinion_not_a_second_click(clerk, office):
    form = typed()
    clerk.post(NEW, form)
    answer = clerk.post(NEW, form | {"title": "路灯不亮"})
    assert the_one().number in str(errors(answer)["__all__"])
    assert answer.context["form"]["title"].value() == "路灯不亮"
    again = form | {"title": "路灯不亮", "submission_key": answer.context["form"]["submission_key"].value()}
    assert clerk.post(NEW, again).status_code == 302
    assert Opinion.objects.count() == 2


@pytest.mark.parametrize(
    "forged",
    [
        {"township": "433123100"},
        {"township": "433101007"},
        {"township": ""},
        {"township": "\x00"},
        {"studio": "other"},
        {"studio": "99999999999999999999999"},
        {"studio": "x"},
        {"deputy": "other"},
        {"deputy": "0"},
        {"channel": "carrier pigeon"},
        {"matter_type": "\x00"},
        {"category": "99"},
        {"submission_key": "not a key"},
    ],
)
def test_what_was_not_offered_is_an_error_at_its_field(clerk, office, forged):
    [(name, value)] = forged.items()
    elsewhere = {
        "studio": office.other_studio.pk,
        "deputy": Deputy.objects.create(name="外县代表", township=office.tuojiang).pk,
    }
    answer = clerk.post(NEW, typed(**{name: elsewhere[name] if value == "other" else value}))
    assert name in errors(answer)
    assert "外县代表" not in answer.content.decode() and "沱江" not in answer.content.decode()
    assert not Opinion.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "长" * 101),
        ("title", "a\x00b"),
        ("title", "   "),
        ("body", "长" * 10_001),
        ("body", "x" * 1_000_000),
        ("body", "\x00"),
        ("place", "长" * 201),
        ("citizen_name", "长" * 51),
        ("citizen_phone", "1380013800"),
        ("citizen_phone", "x" * 1_000_000),
        ("outside_number", "1" * 61),
        ("recorded_for", "长" * 101),
    ],
)
def test_what_cannot_be_stored_is_named_and_nothing_typed_is_lost(clerk, office, field, value):
    answer = clerk.post(
        NEW, typed(place="原地点", **{field: value}) if field != "place" else typed(place=value)
    )
    assert list(errors(answer)) == [field]
    form = answer.context["form"]
    assert form[field].value() == value and form["body"].value()
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not Opinion.objects.exists()


def test_signs_of_four_bytes_and_markup_are_words_like_any_other(clerk, office):
    clerk.post(NEW, typed(title="😀𠮷<b>", body="<script>𠮷</script>"))
    page = clerk.get(reverse("opinions:list")).content.decode()
    assert the_one().title == "😀𠮷<b>" and "😀𠮷&lt;b&gt;" in page


def test_the_rarely_used_part_opens_when_something_is_wrong_in_it(clerk, office):
    assert '<details class="more">' in clerk.get(NEW).content.decode()
    assert '<details class="more" open>' in clerk.post(NEW, typed(outside_number="1" * 61)).content.decode()


def test_the_next_form_remembers_the_place_and_the_channel(clerk, office):
    saved = clerk.post(NEW, typed(studio=office.studio.pk, channel="phone", then="another"))
    form = clerk.get(saved.url).context["form"]
    assert form["channel"].value() == "phone" and str(form["studio"].value()) == str(office.studio.pk)
    assert "autofocus" in str(form["matter_type"]) and not form["matter_type"].value()


def test_the_first_form_begins_at_the_channel(clerk, office):
    form = clerk.get(NEW).context["form"]
    assert "autofocus" in str(form["channel"]) and "autofocus" not in str(form["title"])


def test_the_address_can_say_where_and_how(clerk, cast, office):
    form = clerk.get(f"{NEW}?channel=visit&studio={office.studio.pk}&deputy={cast.as_deputy.pk}").context[
        "form"
    ]
    assert form["channel"].value() == "visit" and str(form["deputy"].value()) == str(cast.as_deputy.pk)
    assert clerk.get(f"{NEW}?channel=%00&township=433123100&studio=x&deputy=%00").status_code == 200


def test_one_township_is_said_and_not_asked(clerk, cast, office, client):
    page = clerk.get(NEW).content.decode()
    assert '<input type="hidden" name="township" value="433101005"' in page and "乾州街道" in page
    client.force_login(cast.officer)
    page = client.get(NEW).content.decode()
    assert '<select name="township"' in page and "沱江" not in page


def test_studios_and_deputies_follow_the_township(client, cast, office):
    Deputy.objects.create(name="镇溪代表", township=office.zhenxi)
    client.force_login(cast.officer)
    page = client.get(f"{NEW}?township=433101007").content.decode()
    assert "镇溪代表" in page and "杨代表" not in page and "乾州代表工作室" not in page
    assert "studio" in errors(client.post(NEW, typed(township="433101007", studio=office.studio.pk)))


def test_a_studios_clerk_logs_for_that_studio(client, cast, office):
    second = Studio.objects.create(code="second", name="第二工作室", township=office.qianzhou)
    client.force_login(cast.studio_clerk)
    assert "第二工作室" not in client.get(NEW).content.decode()
    assert "studio" in errors(client.post(NEW, typed(studio=second.pk)))
    assert "studio" in errors(client.post(NEW, typed()))
    answer = client.post(NEW, typed(studio=office.studio.pk), follow=True)
    assert answer.status_code == 200 and the_one().studio == office.studio


def test_a_deputy_logs_what_was_told_to_them(client, cast, office):
    other = Deputy.objects.create(name="别的代表", township=office.qianzhou)
    client.force_login(cast.deputy)
    assert "别的代表" not in client.get(NEW).content.decode()
    assert client.post(NEW, typed(deputy=other.pk), follow=True).status_code == 200
    assert the_one().deputy == cast.as_deputy


def test_a_deputys_account_without_a_deputy_is_told_so(client, office):
    client.force_login(person("new", "新代表", (Role.DEPUTY, {"area_code": "433101005"})))
    assert errors(client.post(NEW, typed()))["__all__"]
    assert not Opinion.objects.exists()


def test_a_clerk_here_who_is_a_deputy_there(client, cast, office):
    Membership.objects.create(user=cast.deputy, role=Role.CLERK, area_code="433101007")
    client.force_login(cast.deputy)
    client.post(NEW, typed(township="433101007"))
    assert the_one().deputy is None
    client.post(NEW, typed())
    assert Opinion.objects.get(township="433101005").deputy == cast.as_deputy


def test_a_merged_township_and_a_closed_studio_are_not_offered(client, cast, office):
    office.zhenxi.valid_to = "2026-01-01"
    office.zhenxi.save()
    Studio.objects.filter(pk=office.studio.pk).update(active=False)
    client.force_login(cast.officer)
    assert "township" in errors(client.post(NEW, typed(township="433101007")))
    assert "studio" in errors(client.post(NEW, typed(studio=office.studio.pk)))


@pytest.mark.parametrize("name", ["handler", "supervisor", "official", "auditor", "administrator", "nobody"])
def test_who_logs_nothing_is_refused(client, cast, name):
    client.force_login(getattr(cast, name))
    assert client.get(NEW).status_code == client.post(NEW, typed()).status_code == 403
    assert not Opinion.objects.exists()


@pytest.fixture
def dead_broker():
    """Celery as it is when nothing listens at the broker's address; the usual one afterwards."""
    from congress_liaison.celery import app

    def publish_to(url):
        app.conf.broker_write_url = url  # None: the broker that the environment names
        app.amqp._producer_pool = app._pool = None

    publish_to("redis://127.0.0.1:1/0")
    yield
    publish_to(None)


def test_the_opinion_is_saved_while_the_broker_is_down(
    clerk, office, dead_broker, caplog, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = clerk.post(NEW, typed())
    assert response.status_code == 302
    assert "broker unreachable" in caplog.text
    # The sweep will find it.
    assert list(Opinion.objects.due_for_check(the_one().registered_at)) == [the_one()]


@pytest.mark.parametrize(
    "url",
    [
        "/opinions/new/alike/?title=从来没有人说过的事&township=433101005",
        "/opinions/new/earlier/?citizen_phone=13911112222",
    ],
)
def test_a_hint_that_finds_nothing_is_nothing_at_all(clerk, url):
    """Not even an empty box: the box comes with what stands in it."""
    assert clerk.get(url).text.strip() == ""
    page = clerk.get(reverse("opinions:new")).text
    assert 'class="hints"' not in page


def test_files_chosen_without_a_script_are_named_when_another_field_is_wrong(clerk, office):
    photo = SimpleUploadedFile("站牌照片.jpg", from_a_phone(), content_type="image/jpeg")
    back = clerk.post(reverse("opinions:new"), {"title": "站牌歪了", "files": [photo]})
    assert back.status_code == 422
    assert "请重新选择" in back.text and "站牌照片.jpg" in back.text


def test_an_opinion_taken_at_a_past_session_was_told_on_its_day(client, cast, office):
    """Entered on Monday from the paper of Thursday's session; one entered at the session carries today's day."""
    with time_machine.travel(at("2026-11-23 09:00"), tick=False):
        past = activities.plan(
            by=None, township=office.qianzhou, studio=office.studio, on=date(2026, 11, 19), room="reception"
        )
        present = activities.plan(
            by=None, township=office.qianzhou, studio=office.studio, on=date(2026, 11, 23), room="reception"
        )
        client.force_login(cast.clerk)
        form = client.get(reverse("opinions:new"), {"activity": past.pk}).context["form"]
        assert form["received_on"].value() == date(2026, 11, 19)
        now = client.get(reverse("opinions:new"), {"activity": present.pk}).context["form"]
        assert not now["received_on"].value()
        sent = {name: form[name].value() or "" for name in form.fields}
        sent |= {
            "title": "路灯不亮",
            "body": "晚上看不见",
            "matter_type": "help",
            "received_on": "2026-11-19",
        }
        assert client.post(reverse("opinions:new"), sent).status_code == 302
        opinion = Opinion.objects.get(activity=past)
        assert timezone.localdate(opinion.registered_at) == date(2026, 11, 19)

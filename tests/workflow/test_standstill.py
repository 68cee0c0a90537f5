"""The sweep stood still for a while: one level a look, the working days between the levels kept, and no letter leaves
by itself. Notices name the step that is late, its day and how late it is."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from letters.models import Letter
from notifications.models import Message
from opinions.jobs import sweep
from opinions.models import Notice
from opinions.workflow import supervision as supervise
from tests.conftest import at
from tests.workflow.test_ladder import kinds, sweep_until

pytestmark = pytest.mark.django_db


def days(opinion) -> list[tuple]:
    rows = opinion.notices.order_by("event_id").values_list("kind", "issued_at")
    return [(kind, f"{timezone.localtime(moment):%m-%d %H:%M}") for kind, moment in rows]


def test_after_a_standstill_the_ladder_climbs_one_level_a_look_with_its_working_days_between(walk):
    opinion = walk.to("handling")  # due on Monday 23 March
    for _again in range(3):
        sweep.sweep(now=at("2026-04-07 00:10"))  # all four levels are overdue
    assert days(opinion) == [("remind", "04-07 00:10")]
    sweep_until(opinion, date(2026, 4, 30))
    # Reminder to urging: 3 working days; to the supervision notice 3; to the circulated one 5.
    assert days(opinion) == [
        ("remind", "04-07 00:10"),
        ("urge", "04-10 00:10"),
        ("supervise", "04-15 08:40"),
        ("circulate", "04-22 00:10"),
    ]


def test_a_letter_that_comes_after_a_standstill_waits_for_a_supervisor_who_issues_it(client, walk):
    opinion = walk.to("handling")
    sweep.sweep(now=at("2026-04-07 00:10"))
    sweep_until(opinion, date(2026, 4, 15))
    assert kinds(opinion)[-1] == "supervise" and not Letter.objects.exists()
    client.force_login(walk.cast.supervisor)
    page = client.get(reverse("supervision:overdue"), {"show": "letter_waits"}).content.decode()
    assert opinion.number in page
    act = reverse("opinions:act", args=[opinion.number, "issue_supervision"])
    assert act in client.get(reverse("opinions:detail", args=[opinion.number])).content.decode()
    assert client.post(act, {"version": opinion.version, "words": "请实地查看"}).status_code == 302
    letter = Letter.objects.get()
    assert letter.issued_by == walk.cast.supervisor and letter.facts["words"] == ["请实地查看"]
    assert Notice.objects.get(kind="supervise").letter == letter
    opinion.refresh_from_db()
    assert opinion.letter_owed == ""
    assert client.post(act, {"version": opinion.version}).status_code == 409


def test_a_day_without_a_sweep_delays_the_letter_to_the_next_working_day_without_asking_anybody(walk):
    opinion = walk.to("handling")
    sweep_until(opinion, date(2026, 3, 26))
    sweep.sweep(now=at("2026-03-30 09:00"))  # Monday; the letter was due on Friday the 27th
    assert Letter.objects.get().issued_at == at("2026-03-30 09:00")


@pytest.mark.parametrize(
    ("looked", "issued"),
    [
        ("2026-03-27 00:10", "2026-03-27 08:30"),
        ("2026-03-27 08:29", "2026-03-27 08:30"),
        ("2026-03-27 17:30", "2026-03-30 08:30"),
        ("2026-03-28 10:00", "2026-03-30 08:30"),
    ],
)
def test_no_letter_leaves_by_itself_outside_office_hours(walk, looked, issued):
    opinion = walk.to("handling")
    sweep_until(opinion, date(2026, 3, 26))
    sweep.sweep(now=at(looked))
    assert not Letter.objects.exists()
    opinion.refresh_from_db()
    assert opinion.next_check_at == at(issued)
    sweep.sweep(now=at(issued))
    assert Letter.objects.get().issued_at == at(issued)


def test_office_hours_are_a_setting(walk, settings):
    settings.OFFICE_HOURS = "10:00-11:00"
    opinion = walk.to("handling")
    sweep_until(opinion, date(2026, 3, 26))
    sweep.sweep(now=at("2026-03-27 09:59"))
    assert not Letter.objects.exists()
    sweep.sweep(now=at("2026-03-27 10:00"))
    assert Letter.objects.count() == 1


def told(user, opinion) -> list[str]:
    rows = Message.objects.filter(recipient=user, about=opinion.number, topic="notice").order_by("pk")
    return [message.body for message in rows]


def test_each_kind_of_notice_is_a_sentence_of_its_own_about_the_step_that_is_late(walk):
    opinion = walk.to("routed")  # to be signed for by Tuesday 3 March
    sweep_until(opinion, date(2026, 3, 16))
    number = opinion.number
    remind, urge, supervision = told(walk.cast.handler, opinion)[:3]
    assert remind == f"“村口的路坏了”（{number}）应于2026年3月3日（含当日）前签收，今天到期，请按期办理。"
    assert (
        urge
        == f"催办：“村口的路坏了”（{number}）应于2026年3月3日（含当日）前签收，已超期1个工作日，请立即办理。"
    )
    letter = Letter.objects.get(kind="supervision")
    assert supervision == (
        f"吉首市交通运输局主办的“村口的路坏了”（{number}）应于2026年3月3日（含当日）前签收，已超期4个工作日，至今未签收。"
        f"请于2026年3月10日（含当日）前回复进展和承诺答复日期。附督办函{letter.number}。"
    )
    assert told(walk.cast.official, opinion) == [
        f"吉首市交通运输局主办的“村口的路坏了”（{number}）应于2026年3月3日（含当日）前签收，已超期9个工作日，"
        "经提醒1次、催办1次、督办1次，至今未签收。提请研究是否予以通报。"
    ]


def test_a_notice_before_the_deadline_says_how_much_time_is_left(walk):
    opinion = walk.to("handling")
    sweep_until(opinion, date(2026, 3, 19))
    assert told(walk.cast.handler, opinion) == [
        f"“村口的路坏了”（{opinion.number}）应于2026年3月23日（含当日）前答复，还剩2个工作日，请按期办理。"
    ]


def test_the_studio_is_told_of_its_own_delay_and_no_agency(walk):
    opinion = walk.to("answered")  # to be reported back by Wednesday 4 March
    sweep_until(opinion, date(2026, 3, 16))
    assert told(walk.cast.handler, opinion) == []
    assert told(walk.cast.clerk, opinion)[1] == (
        f"吉首市交通运输局已于2026年3月2日答复“村口的路坏了”（{opinion.number}），应于2026年3月4日（含当日）前告知群众，"
        "已超期1个工作日，请尽快反馈。"
    )
    assert not Letter.objects.exists()


def test_a_supervisor_may_write_a_letter_at_any_hour(walk):
    opinion = walk.to("handling")
    supervise.notify(
        opinion.number, by=walk.cast.supervisor, kind="supervise", letter=True, at=at("2026-03-28 20:00")
    )
    assert Letter.objects.get().issued_at == at("2026-03-28 20:00")


def test_a_notice_about_reporting_back_is_the_clerks_to_reply_to_and_counts_for_no_agency(client, walk):
    opinion = walk.under_notice("answered")
    act = reverse("opinions:act", args=[opinion.number, "acknowledge"])
    client.force_login(walk.cast.handler)
    assert client.get(act).status_code == 403
    client.force_login(walk.cast.clerk)
    assert opinion.number in client.get(reverse("opinions:waiting", args=["notices_to_studio"])).text
    page = client.get(reverse("opinions:detail", args=[opinion.number])).text
    assert act in page and "发给工作室" in page
    data = {"version": opinion.version, "reply": "明天上门告知", "promised_on": "2026-03-06"}
    with time_machine.travel(at("2026-03-03 09:00"), tick=False):
        assert client.post(act, data).status_code == 302
    notice = Notice.objects.get()
    assert (notice.agency, notice.addressee, str(notice.promised_on)) == (
        None,
        str(opinion.studio),
        "2026-03-06",
    )
    client.force_login(walk.cast.official)
    bulletin = client.get(reverse("reports:bulletin", args=["2026-03"]), {"county": "433101"})
    assert bulletin.context["agencies"] == []


def test_what_an_agency_has_answered_is_not_late_at_the_agency(client, walk, office):
    opinion = walk.to("answered")  # long past its day for reporting back
    client.force_login(walk.cast.supervisor)
    assert opinion.number in client.get(reverse("supervision:overdue")).text
    by_agency = client.get(reverse("supervision:overdue"), {"by": "agency"}).context["table"]
    assert by_agency == []
    mine = client.get(reverse("supervision:overdue"), {"agency": office.transport.pk})
    assert mine.context["page"].paginator.count == 0

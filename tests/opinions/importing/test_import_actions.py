"""An imported row goes through the ordinary actions, at the ledger's own times, and nobody is sent anything."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccessRecord, User
from common.excel.tables import COMMAND
from notifications.models import Message
from opinions.importing.replay import Failed
from opinions.importing.services import ImportSummary, import_file, import_rows, read_batches
from opinions.jobs import sweep
from opinions.ledger.verify import verify
from opinions.models import Opinion
from opinions.workflow.register import register
from tests.conftest import at, person
from tests.opinions.ledger.ledgers import OPEN_ROW, WHOLE_ROW, as_csv, as_xlsx, many

NOW = at("2026-11-23 10:00")


def taken(by, *rows, file=as_csv, **more):
    return import_file(file(*rows), "台账.csv", by=by, now=NOW, **more)


def whole(by, **changed):
    tally = taken(by, WHOLE_ROW | changed)
    assert tally.added == 1, tally.errors
    return Opinion.objects.get()


def actions(opinion):
    return list(opinion.events.values_list("action", flat=True))


def test_an_answered_row_travels_the_whole_way_at_its_own_times(cast):
    opinion = whole(cast.clerk)
    events = [(e.action, e.to_status, timezone.localtime(e.at), e.via) for e in opinion.events.all()]
    told, answered = at("2025-03-18 09:30"), at("2025-04-08 16:00")
    assert events == [
        ("register", "registered", told, "import"),
        ("route", "routed", told, "import"),
        ("sign", "handling", told, "import"),
        ("answer", "answered", answered, "import"),
        ("report_back", "reported_back", answered, "import"),
        ("evaluate", "closed", answered, "import"),
    ]
    assert {e.by for e in opinion.events.all()} == {cast.clerk}
    assert opinion.number.startswith("433101-2025-")
    assert (opinion.outcome, opinion.satisfaction, opinion.answer) == ("A", "satisfied", "已于四月装好雨棚。")
    assert (opinion.citizen_name, opinion.citizen_phone) == ("张三", "13800138000")
    assert verify().broken is None


def test_a_late_answer_is_late_by_the_calendar_of_its_time(cast):
    assert whole(cast.clerk, 答复时间="2025-04-09").answered_late is False
    Opinion.objects.update(submission_key=None, outside_number="")
    taken(cast.clerk, WHOLE_ROW | {"答复时间": "2025-04-10"})
    assert Opinion.objects.latest("id").answered_late is True


@pytest.mark.parametrize("channel", ["网络", "短信", "接待", "电话"])
def test_no_message_leaves_the_house_for_what_was_done_on_paper(cast, channel):
    opinion = whole(cast.clerk, 反映渠道=channel, 群众评价="")
    sweep.sweep(now=NOW)
    sweep.sweep(now=NOW)
    assert not Message.objects.exists()
    opinion.refresh_from_db()
    assert opinion.status == "closed"


def test_by_which_way_the_answer_was_told_follows_the_way_the_citizen_wrote(cast):
    taken(cast.clerk, WHOLE_ROW, WHOLE_ROW | {"来件编号": "L-2", "反映渠道": "接待"})
    hows = [
        o.events.get(action="report_back").data["how"] for o in Opinion.objects.order_by("outside_number")
    ]
    assert hows == ["web", "letter"]


def test_without_an_evaluation_it_closes_on_the_day_its_window_ended_not_on_the_day_of_the_import(cast):
    opinion = whole(cast.clerk, 群众评价="")
    assert actions(opinion)[-1] == "close"
    assert timezone.localtime(opinion.closed_at) == at("2025-04-23 00:00")


def test_an_answer_of_last_week_stays_open_for_evaluation(cast):
    opinion = whole(cast.clerk, 登记时间="2026-11-10", 答复时间="2026-11-18", 群众评价="")
    assert opinion.status == "reported_back"
    sweep.sweep(now=NOW)
    opinion.refresh_from_db()
    assert opinion.status == "reported_back"


def test_not_satisfied_reopens_by_the_rule_of_the_house(cast):
    opinion = whole(cast.clerk, 群众评价="不满意")
    assert (opinion.status, opinion.round) == ("routed", 2)
    assert actions(opinion)[-2:] == ["evaluate", "reopen"]
    assert opinion.events.get(action="reopen").words.text == "原台账记载：不满意"


def test_an_open_row_is_an_ordinary_registered_one_and_the_rules_triage_it(cast):
    taken(cast.clerk, OPEN_ROW)
    opinion = Opinion.objects.get()
    assert (opinion.status, actions(opinion)) == ("registered", ["register"])
    sweep.check(opinion.number, now=NOW)
    opinion.refresh_from_db()
    assert opinion.status == "routed"
    assert opinion.lead_agency.name == "吉首市交通运输局"


def test_an_open_row_that_names_its_agency_is_routed_to_it(cast):
    taken(cast.clerk, OPEN_ROW | {"主办单位": "吉首市生态环境局"})
    opinion = Opinion.objects.get()
    assert (opinion.status, opinion.lead_agency.name) == ("routed", "吉首市生态环境局")


def test_a_studios_clerk_registers_for_the_studio(cast, office):
    opinion = whole(cast.studio_clerk)
    assert opinion.studio == office.studio
    assert Opinion.objects.visible_to(cast.studio_clerk).count() == 1


@pytest.mark.parametrize("file", [as_csv, as_xlsx])
def test_a_second_import_of_the_same_file_adds_nothing(cast, file):
    rows = [WHOLE_ROW, OPEN_ROW, *many(5)]
    assert str(taken(cast.clerk, *rows, file=file)) == "read 7 / added 7 / known 0 / refused 0"
    before = Opinion.objects.count(), list(Opinion.objects.values_list("version", flat=True))
    assert str(taken(cast.officer, *rows, file=file)) == "read 7 / added 0 / known 7 / refused 0"
    assert before == (Opinion.objects.count(), list(Opinion.objects.values_list("version", flat=True)))


def test_the_outside_number_is_the_identity_within_its_county_even_if_written_down_by_hand(cast, office):
    register(
        by=cast.clerk,
        township=office.qianzhou,
        channel="transferred",
        title="另记",
        body="另记",
        outside_number="L-1",
    )
    assert str(taken(cast.clerk, WHOLE_ROW)) == "read 1 / added 0 / known 1 / refused 0"
    there = WHOLE_ROW | {"乡镇代码": "433123100", "主办单位": "凤凰县交通运输局"}
    assert taken(cast.stranger_clerk, there).added == 1


def test_one_bad_row_keeps_everything_out(cast):
    tally = taken(cast.clerk, *many(60), OPEN_ROW | {"内容": ""})
    assert str(tally) == "read 61 / added 0 / known 0 / refused 1"
    assert not Opinion.objects.exists()
    assert not AccessRecord.objects.exists()


def test_skip_bad_takes_in_the_others(cast):
    tally = taken(cast.clerk, *many(60), OPEN_ROW | {"内容": ""}, WHOLE_ROW, skip_bad=True)
    assert str(tally) == "read 62 / added 61 / known 0 / refused 1"
    assert Opinion.objects.count() == 61


@pytest.fixture
def half_revoked(cast):
    """Four rows as they were read before the person lost the county of the last; and that person."""
    both = person("both", "两县", ("clerk", {"area_code": "433101"}), ("clerk", {"area_code": "433123"}))
    file = as_csv(*many(3), OPEN_ROW | {"乡镇代码": "433123100"})
    batches = list(read_batches(file, "台账.csv", by=both, now=NOW, limits=COMMAND))
    both.memberships.get(area_code="433123").delete()
    return batches, User.objects.get(pk=both.pk)


def test_what_an_action_refuses_is_named_by_its_row_and_nothing_of_its_batch_stays(half_revoked):
    batches, by = half_revoked
    with pytest.raises(Failed) as caught:
        import_rows(batches, ImportSummary(), by=by, now=NOW, skip_bad=False)
    assert caught.value.error.row == 5
    assert not Opinion.objects.exists()


def test_with_skip_bad_what_an_action_refuses_is_counted_and_the_others_stay(half_revoked):
    batches, by = half_revoked
    tally = ImportSummary()
    import_rows(batches, tally, by=by, now=NOW, skip_bad=True)
    assert str(tally) == "read 4 / added 3 / known 0 / refused 1"
    assert Opinion.objects.count() == 3


def test_an_import_is_audited_without_anything_about_citizens(cast):
    taken(cast.clerk, WHOLE_ROW, OPEN_ROW)
    record = AccessRecord.objects.get()
    assert (record.action, record.by, record.subject) == ("imported", cast.clerk, "原有台账")
    assert record.details == {"read": 2, "added": 2, "known": 0, "refused": 0}


def test_texts_of_strangers_arrive_as_they_are(cast):
    text = '=cmd|"/c calc"!A0 <script>alert(1)</script> %(number)s {{ 7*7 }} 🌾'
    opinion = whole(cast.clerk, 标题=text, 内容=text, 答复内容=text)
    assert (opinion.title, opinion.body, opinion.answer) == (text, text, text)


def test_a_row_more_costs_so_many_queries_and_no_more(cast):
    def queries(count, start):
        rows = [row | {"来件编号": f"{start}-{n}"} for n, row in enumerate(many(count, WHOLE_ROW))]
        with CaptureQueriesContext(connection) as caught:
            assert taken(cast.clerk, *rows).added == count
        return len(caught)

    queries(2, "warm")
    # Its number. All else is fetched, checked and written together with the rows beside it.
    assert queries(12, "b") - queries(2, "a") == 10


def test_one_that_is_refused_costs_the_rows_beside_it_nothing_not_even_a_number(cast):
    both = person("both", "两县", ("clerk", {"area_code": "433101"}), ("clerk", {"area_code": "433123"}))
    rows = [*many(5), OPEN_ROW | {"乡镇代码": "433123100"}, *many(4, WHOLE_ROW | {"标题": "另一处"})]
    for place, row in enumerate(rows):
        row["来件编号"] = f"R-{place}"
    batches = list(read_batches(as_csv(*rows), "台账.csv", by=both, now=NOW, limits=COMMAND))
    both.memberships.get(area_code="433123").delete()
    tally = ImportSummary()
    import_rows(batches, tally, by=User.objects.get(pk=both.pk), now=NOW, skip_bad=True)
    assert (str(tally), tally.errors[0].row) == ("read 10 / added 9 / known 0 / refused 1", 7)
    found = Opinion.objects.order_by("number").values_list("number", "outside_number")
    assert [number[-6:] for number, _outside in found] == [f"{n:06d}" for n in range(1, 10)]
    assert [outside for _number, outside in found] == [f"R-{n}" for n in range(10) if n != 5]
    assert verify().broken is None


def test_a_name_to_be_kept_secret_is_hidden_in_all_that_an_import_writes(cast):
    said = {"保密": "是", "内容": "张三来说，路灯不亮。", "答复内容": "已答复张三。"}
    taken(cast.clerk, WHOLE_ROW | said, WHOLE_ROW | said | {"来件编号": "L-2"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT body, answer FROM opinions_opinion")
        stored = str(cursor.fetchall())
        cursor.execute("SELECT text FROM opinions_eventtext")
        stored += str(cursor.fetchall())
    assert "张三" not in stored
    assert {opinion.answer for opinion in Opinion.objects.all()} == {"已答复张三。"}

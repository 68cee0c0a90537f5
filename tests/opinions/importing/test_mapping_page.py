"""The page on which a clerk says what an office's table means: columns, words and gaps; remembered for the next file of
the same source."""

import io

import openpyxl
from django.urls import reverse

from opinions.importing import jobs
from opinions.models import Import, ImportChoice, Opinion
from studios.models import Agency

from .import_room import clerk, files_of_this_test, page, start, text, upload  # noqa: F401 - fixtures

HEADER = [
    "序号",
    "接待日期",
    "反映人",
    "联系方式",
    "群众呼声",
    "信访形式",
    "责任单位",
    "办理情况",
    "办结日期",
    "经办评语",
]
ROWS = [
    [1, "3.5", "张 某", "13800138000", "村口路灯不亮", "走访", "交通局", "已修复", "3.20", "很好"],
    [2, "3.12", "无", "/", "要求硬化通组路", "来信", None, None, None, None],
]


def ledger(*, header=HEADER, rows=ROWS):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "2026年"
    page.append(["乾州街道群众意见台账"])
    page.append(header)
    for row in rows:
        page.append(row)
    page.append(["合计", "2件"])
    book.create_sheet("说明").append(["本表由人大工委保管"])
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def decide(client, **choices):
    """Send the mapping form with what it proposes, changed by `choices`: header or word → choice, and the gaps."""
    job = Import.objects.latest("id")
    sent = {}
    for place, column in enumerate(job.found["headers"]):
        sent[f"column-{place}"] = choices.pop(column["header"], column["target"])
    for place, word in enumerate(job.found["words"]):
        sent[f"word-{place}"] = choices.pop(word["shown"], "")
    return client.post(reverse("opinions:import_decide", args=[job.pk]), sent | choices, follow=True)


def test_a_table_of_an_office_is_taken_in_by_its_mapping_and_nothing_of_it_is_lost(clerk, office):
    shown = text(upload(clerk, file=ledger(), name="a.xlsx"))
    assert "没有找到" not in shown
    for named in ("群众呼声", "请核对", "合计", "说明", "本表由人大工委保管", "个日期没写年份"):
        assert named in shown, named
    transport = str(Agency.objects.get(name="吉首市交通运输局").pk)
    shown = text(
        decide(clerk, 群众呼声="内容", year="2026", 走访="reception", 交通局=transport, source="人大工委")
    )
    assert "导入全部2行" in shown
    start(clerk)
    assert jobs.run(Import.objects.get().pk).added == 2
    first, second = Opinion.objects.order_by("registered_at")
    assert (first.body, first.citizen_name, first.citizen_phone) == ("村口路灯不亮", "张某", "13800138000")
    assert (first.channel, first.lead_agency.name, first.answer) == (
        "reception",
        "吉首市交通运输局",
        "已修复",
    )
    assert (second.citizen_name, second.citizen_phone, second.channel) == ("", "", "letter")
    assert first.events.get(action="note_internally").words.text == "经办评语：很好"


def test_what_was_decided_is_kept_for_the_next_file_of_the_source_and_no_other(clerk, office):
    upload(clerk, file=ledger(), name="a.xlsx")
    decide(clerk, 群众呼声="内容", year="2026", 走访="visit", source="人大工委")
    other = ledger(header=[*HEADER[:4], "群众呼声", *HEADER[5:9], "备注"])
    response = clerk.post(
        reverse("opinions:imports"), {"file": named(other, "b.xlsx"), "source": "人大工委"}, follow=True
    )
    job = Import.objects.latest("id")
    targets = {column["header"]: (column["target"], column["asked"]) for column in job.found["headers"]}
    assert targets["群众呼声"] == ("内容", False)
    assert not [word for word in job.found["words"] if word["word"] == "走访"]
    assert response.status_code == 200
    upload(clerk, file=ledger(), name="c.xlsx")
    assert Import.objects.latest("id").found["headers"][4]["target"] == "note"
    assert {choice.source for choice in ImportChoice.objects.all()} == {"人大工委"}


def named(content, name):
    content.name = name
    return content


def test_columns_that_are_not_found_are_named_and_can_be_chosen(clerk, office):
    header = ["编号", "何时", "说了什么"]
    rows = [["甲1", "2026-03-05", "路灯不亮"], ["甲2", "2026-03-06", "水管漏水"]]
    shown = text(
        upload(
            clerk, file=ledger(header=[*header, "标题"], rows=[[*row, "事"] for row in rows]), name="a.xlsx"
        )
    )
    assert "没有找到：登记时间" in shown
    assert "导入全部" not in shown
    shown = text(decide(clerk, 何时="登记时间", 说了什么="内容"))
    assert "导入全部2行" in shown


def test_a_stranger_decides_nothing(clerk, cast):
    upload(clerk, file=ledger(), name="a.xlsx")
    clerk.force_login(cast.officer)
    address = reverse("opinions:import_decide", args=[Import.objects.get().pk])
    assert clerk.post(address, {}).status_code == 404
    assert clerk.get(address).status_code == 405


def test_a_column_that_two_headers_are_chosen_for_goes_to_the_one_that_was_changed(clerk, office):
    upload(clerk, file=ledger(), name="a.xlsx")
    decide(clerk, 经办评语="答复内容", 群众呼声="内容", year="2026")
    targets = {column["header"]: column["target"] for column in Import.objects.get().found["headers"]}
    assert (targets["经办评语"], targets["办理情况"]) == ("答复内容", "note")


def test_the_page_shows_no_name_and_no_number_in_full(clerk, office):
    rows = [
        [
            1,
            "2026-03-05",
            "欧阳修远",
            "13800138000",
            "请打13900139000",
            "来信",
            None,
            None,
            None,
            "13700137000",
        ]
    ]
    shown = text(upload(clerk, file=ledger(rows=rows), name="a.xlsx"))
    for secret in ("欧阳修远", "13800138000", "13900139000", "13700137000"):
        assert secret not in shown
        assert secret not in str(Import.objects.get().found)

"""The bulletin as a Word document: every number in its text and tables is the report's."""

from collections import Counter
from io import BytesIO

import pytest
from django.utils import timezone
from docx import Document

from opinions.models import Opinion
from reports.definitions import periods
from reports.files import services
from reports.files.bulletin import write_bulletin
from reports.freezing.services import freeze
from reports.models import Report
from reports.monthly.report import month_report

pytestmark = pytest.mark.django_db


def test_text_and_tables_say_what_the_report_says(spread, office, cast):
    spread(200, seed=6)
    year, rows = periods.parse(f"{timezone.localdate().year}"), Opinion.objects.filter(county=office.jishou)
    target = BytesIO()
    told = write_bulletin(target, period=year, county=office.jishou, by=cast.official)
    counts = month_report(office.jishou, year, rows, timezone.localdate()).total
    document = Document(target)
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert told == counts["all"] > 20
    assert f"共登记群众意见{counts['all']}件，受理{counts['accepted']}件" in words
    assert str(counts.figure("closed_rate")) in words and "麻主任" in words
    lines = [paragraph.text for paragraph in document.paragraphs]
    title = f"吉首市人民代表大会常务委员会办公室关于{year.label}群众意见办理情况的通报"
    assert lines[:3] == ["草稿：数据尚未冻结，仍会变动，不得印发。", title, "各承办单位："]
    heads = [line for line in lines if line[:2] in ("一、", "二、", "三、", "四、", "五、", "六、")]
    assert heads[2:] == ["三、各承办单位办理情况", "四、代表活动情况", "五、存在问题", "六、下一步工作要求"]
    properties = document.core_properties
    assert (properties.author, properties.title, properties.comments) == (
        "吉首市人民代表大会常务委员会办公室",
        title,
        "",
    )
    assert properties.created.date() == timezone.localdate()
    assert f"请抓紧办理未办结的{counts['open']}件意见。" in words
    today = timezone.localdate()
    signed = lines.index("吉首市人民代表大会常务委员会办公室")
    assert lines[signed + 1] == f"{today.year}年{today.month}月{today.day}日"
    agency = Counter(
        rows.filter(year.registered).exclude(lead_agency=None).values_list("lead_agency__name", "status")
    )
    by_agency = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    gone = ("declined", "merged", "withdrawn")
    accepted = sum(n for (_name, status), n in agency.items() if status not in gone)
    closed = sum(n for (_name, status), n in agency.items() if status == "closed")
    assert by_agency[0][0] == "主办单位" and by_agency[1][0] == "吉首市交通运输局"
    assert by_agency[-1][:3] == ["合计", str(accepted), str(closed)]
    late = sum(int(row[5]) for row in by_agency[1:-1])
    assert f"超期未办结：吉首市交通运输局{late}件。" in words
    total = [cell.text for cell in document.tables[1].rows[-1].cells]
    assert total[:3] == ["合计", str(counts["accepted"]), str(counts["closed"])]


def test_a_frozen_month_is_no_draft_and_an_empty_one_says_so(office, cast):
    month = periods.this_month().previous
    freeze(county=office.jishou, month=month, by=cast.official)
    target = BytesIO()
    write_bulletin(target, period=month, county=office.jishou, by=cast.official)
    lines = [paragraph.text for paragraph in Document(target).paragraphs]
    assert lines[0].startswith("吉首市人民代表大会常务委员会办公室关于")
    assert f"{month.label}未登记群众意见。" in lines and "本期无超期办理、群众最终评价不满意的意见。" in lines


def test_it_is_made_and_kept_like_a_workbook(office, cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    month = periods.this_month().previous
    report = services.request_report(county=office.jishou, period=month, kind="docx", by=cast.official)
    services.make_report(report.pk)
    report.refresh_from_db()
    assert (report.state, report.file_name) == (
        Report.State.READY,
        f"吉首市{month.label}群众意见办理情况通报.docx",
    )

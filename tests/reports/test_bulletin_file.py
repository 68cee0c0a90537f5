"""The bulletin as a Word document: every number in its text and tables is the report's."""

from io import BytesIO

import pytest
from django.utils import timezone
from docx import Document

from opinions.models import Opinion
from reports.definitions import periods
from reports.files import services
from reports.files.bulletin import write_bulletin
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
    assert lines[0] == f"关于{year.label}群众意见办理情况的通报" and lines[1] == "各承办单位："
    assert "四、下一步工作要求" in lines
    assert f"请抓紧办理未办结的{counts['open']}件意见。" in words
    today = timezone.localdate()
    signed = lines.index("吉首市人民代表大会常务委员会办公室")
    assert lines[signed + 1] == f"{today.year}年{today.month}月{today.day}日"
    total = [cell.text for cell in document.tables[0].rows[-1].cells]
    assert total[:3] == ["合计", str(counts["accepted"]), str(counts["closed"])]


def test_it_is_made_and_kept_like_a_workbook(office, cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    month = periods.this_month().previous
    report = services.request_report(county=office.jishou, period=month, kind="docx", by=cast.official)
    services.make_report(report.pk)
    report.refresh_from_db()
    assert (report.state, report.file_name) == (Report.State.READY, f"吉首市{month.label}群众意见办理情况通报.docx")

"""The register of letters (发文登记簿): one line for each number, void ones too, who signed it off and for it."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AccessRecord
from letters import services
from tests.conftest import at

pytestmark = pytest.mark.django_db


def test_the_register_has_each_letter_with_who_signed_it(client, walk, all_kinds):
    services.cancel(all_kinds["supervision"].pk, by=walk.cast.supervisor, reason="主送单位写错")
    services.stamp(all_kinds["reply"].pk, by=walk.cast.officer, at=at("2026-03-05 10:00"))
    services.file(all_kinds["handover"].pk, by=walk.cast.officer, number="2026-D10-001")
    client.force_login(walk.cast.officer)
    answer = client.get(reverse("letters:register"))
    page = load_workbook(io.BytesIO(b"".join(answer))).active
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=3)]
    assert rows[0] == [
        "序号", "发文日期", "公函", "类型", "事由", "群众意见", "主送", "拟稿人", "核稿人", "签发人", "用印", "签收人",
        "签收", "状态", "档号",
    ]  # fmt: skip
    assert [row[0] for row in rows[1:4]] == [1, 2, 3]
    assert [row[2] for row in rows[1:4]] == [
        "吉人大办交〔2026〕1号", "吉人大办督〔2026〕1号", "吉人大办复〔2026〕1号",
    ]  # fmt: skip
    assert rows[1][4] == "村口的路坏了" and rows[1][6] == "吉首市交通运输局" and rows[1][9] == "龙分流"
    assert (rows[1][11], rows[1][13], rows[1][14]) == ("田承办", "已归档", "2026-D10-001")
    assert rows[2][13] == "作废" and f"{rows[3][10]:%Y-%m-%d}" == "2026-03-05"
    assert (rows[3][4], rows[3][6]) == (None, "群众"), "a reply bears the citizen's name"
    assert AccessRecord.objects.filter(action="exported", subject="发文登记簿").exists()

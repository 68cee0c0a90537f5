"""The monthly workbook as a form that an office prints and seals: its lines, its formulas, and, where LibreOffice and
poppler are installed, the pages they make of it."""

import re
import shutil
import subprocess

import pytest
from openpyxl import load_workbook

from opinions.models import Opinion
from studios.models import Township
from tests.conftest import at
from tests.reports.conftest import an_opinion
from tests.reports.test_workbook import full_month, made, table  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
on_paper = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")), reason="needs LibreOffice and poppler-utils"
)
LEAST = 7.5  # points; 8 with the fonts of an office, whose digits are narrower


def test_each_sheet_says_what_it_is_who_reports_and_who_signs(full_month, office, cast):
    book = load_workbook(made(office.jishou, by=cast.official)[1])
    titles = {
        "汇总": "吉首市2026年9月群众意见办理情况月报表",
        "主办单位": "吉首市2026年9月群众意见办理情况月报表（按主办单位）",
        "类别": "吉首市2026年9月群众意见办理情况月报表（按类别）",
        "反映渠道": "吉首市2026年9月群众意见办理情况月报表（按反映渠道）",
        "单位分渠道": "吉首市2026年9月各单位分渠道办理情况表",
        "办理结果": "吉首市2026年9月各单位办理结果情况表",
        "工作室与五有": "吉首市工作室与五有情况表",
        "代表活动": "吉首市2026年9月代表活动情况表",
        "督办": "吉首市2026年9月督办情况表",
        "台账": "吉首市2026年9月群众意见台账",
    }
    assert {sheet.title: sheet["A1"].value for sheet in book if sheet.title != "图表"} == titles
    for sheet in book:
        if sheet.title == "图表":
            continue
        words = [str(value) for row in sheet.iter_rows(values_only=True) for value in row if value]
        assert sheet["A3"].value.startswith("填报单位（盖章）：吉首市人民代表大会常务委员会办公室"), (
            sheet.title
        )
        assert any(word.startswith("单位：") for word in words)
        (foot,) = [word for word in words if word.startswith("单位负责人：")]
        assert re.search("审核人：.*填报人：麻主任.*联系电话：.*填报日期：20", foot)
        assert (sheet["A1"].alignment.horizontal, sheet["A1"].font.name) == ("center", "方正小标宋简体")
    assert book.properties.creator == "吉首市人民代表大会常务委员会办公室"
    assert book.properties.title == "吉首市2026年9月群众意见办理情况月报表"
    assert len(book["图表"]._charts) == 3


def test_sums_and_rates_are_formulas_that_come_to_what_was_counted(full_month, office):
    file = made(office.jishou)[1]
    formulas, values = load_workbook(file)["汇总"], load_workbook(file, data_only=True)["汇总"]
    at_total = next(row for row in formulas.iter_rows() if row[1].value == "合计")
    first, last = at_total[0].row - 2, at_total[0].row - 1
    sums = [cell for cell in at_total if str(cell.value).startswith("=SUM(")]
    assert len(sums) >= 20
    for cell in sums:
        letter = cell.column_letter
        assert cell.value == f"=SUM({letter}{first}:{letter}{last})"
        added = sum(values[f"{letter}{row}"].value for row in (first, last))
        assert values[cell.coordinate].value == added
    for row in (first, last, at_total[0].row):
        assert formulas[f"F{row}"].value == f'=IF(D{row}=0,"—",E{row}/D{row})'
        assert values[f"F{row}"].value == values[f"E{row}"].value / values[f"D{row}"].value


def test_what_superiors_ask_for_is_made_of_the_rows(full_month, office):
    before = [an_opinion(900 + day, office.zhenxi, at(f"2026-08-{day:02d} 09:00")) for day in range(1, 8)]
    Opinion.objects.bulk_create([*before, an_opinion(999, office.qianzhou, at("2025-09-09 09:00"))])
    Opinion.objects.filter(status="closed").update(outcome="A")
    book = load_workbook(made(office.jishou)[1], data_only=True)
    register = table(book["台账"], "编号")
    accepted = [row for row in register if row["状态"] not in ("不予受理", "已合并", "已撤回")]
    for row in table(book["主办单位"], "主办单位"):
        mine = [one for one in accepted if row["主办单位"] in (one["主办单位"] or "尚未交办", "合计")]
        silent = sum(bool(one["反馈时间"] or one["轮次"] > 1) for one in mine) - sum(
            bool(one["首次评价"]) for one in mine
        )
        assert row["未表态"] == max(silent, 0)
        assert row["受理占比"] == pytest.approx(len(mine) / len(accepted))
        assert row["较上月增减"] == row["受理"] - row["上月受理"]
    total = next(row for row in table(book["主办单位"], "主办单位") if row["主办单位"] == "合计")
    assert (total["上月受理"], total["上年同月受理"]) == (7, 1)
    assert total["较上年同月增减率"] == pytest.approx(len(accepted) - 1)
    results = {row["主办单位"]: row for row in table(book["办理结果"], "主办单位")}
    solved = sum(one["办理结果"] is not None and one["状态"] == "已办结" for one in register)
    assert results["合计"]["A类件数"] == solved > 0
    assert results["合计"]["A类占比"] == pytest.approx(solved / len(accepted))
    channels = {row["主办单位"]: row for row in table(book["单位分渠道"], "主办单位")}
    assert channels["合计"]["受理"] == len(accepted)
    parts = sum(n for head, n in channels["合计"].items() if head not in ("主办单位", "受理"))
    assert parts == len(accepted), "each is in time, late or open"


@on_paper
@pytest.mark.parametrize("townships", [2, 43])
def test_the_pages_are_readable_and_nothing_is_cut(full_month, office, tmp_path, townships):
    Township.objects.bulk_create(
        Township(code=f"4331012{n:02d}", county=office.jishou, name=f"新设第{n}街道", kind="township")
        for n in range(townships - 2)
    )
    (tmp_path / "m.xlsx").write_bytes(made(office.jishou)[1].getvalue())
    run = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*run, "m.xlsx"], cwd=tmp_path, check=True, capture_output=True, timeout=300)
    pages = read_pages(tmp_path / "m.pdf")
    words = "\n".join(page["text"] for page in pages)
    assert "###" not in words and "#N/A" not in words and "Err:" not in words
    assert {round(page["size"][0]) for page in pages} == {1190, 842, 595}  # A3, A4, and the charts upright
    smallest = {page["name"]: page["points"] for page in pages if page["name"]}
    assert {name: points for name, points in smallest.items() if points < LEAST} == {}
    total = next(row for row in table(load_workbook(tmp_path / "m.xlsx", data_only=True)["汇总"], "乡镇代码")
                 if row["乡镇街道"] == "合计")  # fmt: skip
    summary = next(
        page["text"] for page in pages if "月报表" in page["text"] and "按" not in page["text"][:40]
    )
    assert re.search(r"合计\s+" + rf"{total['登记']}\s+{total['受理']}\s+{total['办结']}\s", summary)
    assert len(pages) <= 18


def read_pages(file):
    """Each page's size, words, first line, and the size of its smallest Chinese characters in points."""
    run = ["pdftohtml", "-xml", "-i", "-stdout", "-zoom", "3", file]
    xml = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    texts = subprocess.run(
        ["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True
    ).stdout
    fonts = {key: int(size) / 3 for key, size in re.findall(r'fontspec id="(\d+)" size="(\d+)"', xml)}
    found = []
    for page, text in zip(re.findall(r"<page .*?</page>", xml, re.DOTALL), texts.split("\f"), strict=False):
        height, width = re.search(r'height="(\d+)" width="(\d+)"', page).groups()
        used = re.findall(r'font="(\d+)">(?:<b>)?([^<]+)<', page)
        sizes = [fonts[key] for key, word in used if re.search("[一-龥]", word)]
        size = (int(width) / 3, int(height) / 3)
        name = text.strip().split("\n")[0].strip()
        found.append({"size": size, "text": text, "name": name, "points": min(sizes, default=99)})
    return found

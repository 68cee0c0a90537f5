"""Imports in the browser: upload, preview, decision, progress, result; and a worker that dies in between."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AccessRecord
from opinions.importing import jobs
from opinions.models import Import, Opinion
from studios.approvals import decide
from studios.models import Approval
from tests.opinions.ledger.ledgers import OPEN_ROW, WHOLE_ROW, as_xlsx, many

from .import_room import clerk, files_of_this_test, page, start, text, upload  # noqa: F401 - fixtures


def test_from_the_upload_to_the_result(clerk, files_of_this_test):
    shown = text(upload(clerk, WHOLE_ROW, OPEN_ROW))
    assert "导入全部2行" in shown
    assert WHOLE_ROW["标题"] in shown
    assert not Opinion.objects.exists()
    assert "正在排队" in text(start(clerk))
    assert jobs.run(Import.objects.get().pk).state == "done"
    done = text(page(clerk))
    assert "新增2件意见" in done
    link = "registered_after=2025-03-18&amp;registered_before=2025-03-18"
    assert link in done
    assert Opinion.objects.count() == 2
    record = AccessRecord.objects.get(action="imported")
    assert (record.subject, record.address) == ("原有台账", "127.0.0.1")


def test_the_preview_shows_no_name_and_no_number_in_full(clerk):
    row = WHOLE_ROW | {"姓名": "欧阳修远", "内容": "请回电 13900139000 找我"}
    shown = text(upload(clerk, row))
    assert "138****8000" in shown
    for secret in ("13800138000", "13900139000", "欧阳修远"):
        assert secret not in shown
        assert secret not in str(Import.objects.get().sample)


def test_errors_are_shown_and_only_the_good_rows_can_be_taken_in(clerk):
    shown = text(upload(clerk, *many(3), OPEN_ROW | {"内容": "", "反映渠道": "飞鸽"}))
    assert "导入没有问题的3行" in shown
    assert "飞鸽" in shown
    start(clerk)
    assert Import.objects.get().state == "checked"
    start(clerk, skip_bad="1")
    jobs.run(Import.objects.get().pk)
    job = Import.objects.get()
    assert (job.state, job.added, job.refused) == ("done", 3, 1)
    assert "飞鸽" in text(page(clerk))


def test_the_errors_can_be_taken_along_as_excel(clerk):
    upload(clerk, OPEN_ROW | {"标题": "=HYPERLINK(1)" + "长" * 100, "反映渠道": "=1+1"})
    response = page(clerk, "import_errors")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert [row[:2] for row in rows] == [[2, "标题"], [2, "反映渠道"]]
    assert all(cell.data_type in "sn" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"<html><table></table></html>", "a.xlsx", "网页"),
        (b"%PDF-1.7", "a.xlsx", "不是Excel"),
        (b"PK\x03\x04broken", "a.xlsx", "损坏"),
        ("备注,其他\n无,无\n".encode(), "a.csv", "备注"),
        ("登记时间,乡镇代码,标题,内容\n".encode(), "a.csv", "没有数据行"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_clear_words_and_deleted(
    clerk, content, name, said, files_of_this_test, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        shown = text(upload(clerk, file=io.BytesIO(content), name=name))
    assert said in shown
    job = Import.objects.get()
    assert (job.state, job.file.name) == ("failed", "")
    assert not [path for path in files_of_this_test.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "data", [{}, {"file": ""}, {"file": SimpleUploadedFile("a.csv", b"")}], ids=["nothing", "blank", "empty"]
)
def test_no_file_and_an_empty_file_are_said_beside_the_field(clerk, data):
    response = clerk.post(reverse("opinions:imports"), data)
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert not Import.objects.exists()


def test_a_file_that_is_too_large_is_refused(clerk, settings):
    large = SimpleUploadedFile("a.csv", b"x" * (20 * 1024 * 1024 + 1))
    assert "20 MB" in text(clerk.post(reverse("opinions:imports"), {"file": large}))
    assert not Import.objects.exists()


def test_the_name_of_a_file_is_only_a_name(clerk, files_of_this_test):
    upload(clerk, OPEN_ROW, name='../../etc/<img src="x">' + "长" * 150 + ".csv")
    job = Import.objects.get()
    assert job.file.name.startswith("imports/")
    assert len(job.file.name) == len("imports/") + 32
    assert '<img src="x">' not in text(page(clerk))


def test_the_same_file_again_says_so_and_adds_nothing(clerk):
    upload(clerk, WHOLE_ROW)
    start(clerk)
    jobs.run(Import.objects.get().pk)
    shown = text(upload(clerk, WHOLE_ROW))
    assert "以前导入过" in shown
    assert "所有行都已在库中" in shown
    start(clerk)
    assert Import.objects.latest("id").state == "checked"
    assert Opinion.objects.count() == 1


def test_progress_is_a_fragment_while_at_work_and_asks_for_the_page_afterwards(clerk):
    upload(clerk, *many(3))
    start(clerk)
    htmx = {"headers": {"HX-Request": "true"}}
    working = page(clerk, "import_progress", **htmx)
    assert 'hx-trigger="every 1s"' in text(working)
    assert "<html" not in text(working)
    assert 'http-equiv="refresh"' in text(page(clerk))
    jobs.run(Import.objects.get().pk)
    assert page(clerk, "import_progress", **htmx).headers["HX-Refresh"] == "true"
    assert page(clerk, "import_progress").status_code == 302


def test_giving_up_deletes_the_file_and_adds_nothing(
    clerk, files_of_this_test, django_capture_on_commit_callbacks
):
    upload(clerk, OPEN_ROW)
    with django_capture_on_commit_callbacks(execute=True):
        clerk.post(reverse("opinions:import_cancel", args=[Import.objects.get().pk]))
    start(clerk)
    assert Import.objects.get().state == "cancelled"
    assert not [path for path in files_of_this_test.rglob("*") if path.is_file()]


URLS = [
    ("get", "import"),
    ("get", "import_progress"),
    ("get", "import_errors"),
    ("post", "import_start"),
    ("post", "import_cancel"),
]


@pytest.mark.parametrize(("method", "name"), URLS)
def test_an_import_of_somebody_else_does_not_exist(clerk, cast, method, name):
    upload(clerk, OPEN_ROW)
    url = reverse(f"opinions:{name}", args=[Import.objects.get().pk])
    for other, status in [("officer", 404), ("stranger_clerk", 404), ("supervisor", 403), ("auditor", 403)]:
        clerk.force_login(getattr(cast, other))
        assert getattr(clerk, method)(url).status_code == status, other
    clerk.logout()
    assert getattr(clerk, method)(url).status_code == 302
    assert Import.objects.get().state == "checked"


@pytest.mark.parametrize("name", ["imports", "import_template"])
def test_only_clerks_and_officers_enter_the_import_room(client, cast, name):
    for who, status in [
        ("clerk", 200),
        ("officer", 200),
        ("handler", 403),
        ("deputy", 403),
        ("administrator", 403),
    ]:
        client.force_login(getattr(cast, who))
        assert client.get(reverse(f"opinions:{name}")).status_code == status, who


@pytest.mark.parametrize("name", ["import_start", "import_cancel"])
def test_nothing_is_changed_by_a_mere_look(clerk, name):
    upload(clerk, OPEN_ROW)
    assert page(clerk, name).status_code == 405


def test_the_template_of_a_clerk_names_only_what_is_theirs(clerk):
    response = clerk.get(reverse("opinions:import_template"))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    everything = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "433101005" in everything
    assert not {"433123100", "433101007", "凤凰县交通运输局"} & everything


def test_the_list_shows_ones_own_and_costs_the_same_for_one_and_thirty(clerk, cast):
    def look():
        with CaptureQueriesContext(connection) as caught:
            shown = text(clerk.get(reverse("opinions:imports")))
        return shown, len(caught)

    upload(clerk, OPEN_ROW)
    _shown, for_one = look()
    job = Import.objects.get()
    Import.objects.bulk_create(
        Import(by=cast.clerk, name=f"{n}.csv", state="done", created_at=job.created_at) for n in range(30)
    )
    Import.objects.create(by=cast.officer, name="别人的.csv", state="done", created_at=job.created_at)
    shown, for_thirty = look()
    assert for_one == for_thirty
    assert shown.count('class="row-title"') == 25
    assert "别人的" not in shown


def test_excel_goes_the_same_way(clerk):
    upload(clerk, file=as_xlsx(WHOLE_ROW), name="台账.xlsx")
    start(clerk)
    assert jobs.run(Import.objects.get().pk).added == 1


@pytest.fixture
def live(settings):
    """The office works here since the day on which the whole row was answered; such rows need a second person."""
    settings.GO_LIVE, settings.TWO_PEOPLE = date(2025, 4, 8), ["import"]


def test_recent_answers_come_in_once_a_second_person_approved(clerk, cast, live, files_of_this_test):
    shown = text(upload(clerk, WHOLE_ROW, OPEN_ROW))
    assert "有1行是系统启用以来答复的意见" in shown and "导入没有问题的1行" in shown
    approve = reverse("opinions:import_approved", args=[Import.objects.get().pk])
    said = text(clerk.post(approve, follow=True))
    assert "此项须两人办理" in said and str(cast.supervisor) in said
    assert "导入没有问题的1行" in text(clerk.post(approve, follow=True)), "asked for, not yet approved"
    decide(Approval.objects.get().pk, by=cast.supervisor, approve=True)
    assert "导入全部2行" in text(clerk.post(approve, follow=True))
    start(clerk)
    jobs.run(Import.objects.get().pk)
    taken = Opinion.objects.get(outside_number="L-1")
    assert (taken.imported_satisfaction, taken.first_satisfaction, taken.last_satisfaction) == (
        "satisfied",
        "",
        "",
    )
    trail = AccessRecord.objects.filter(details__kind="import").order_by("pk")
    assert [(row.username, row.details["did"]) for row in trail] == [
        ("clerk", "asked for approval"),
        ("supervisor", "approved"),
        ("clerk", "did with approval"),
    ]


def test_what_a_former_ledger_says_is_in_no_satisfaction_rate(clerk, cast, client, files_of_this_test):
    upload(clerk, WHOLE_ROW)
    start(clerk)
    jobs.run(Import.objects.get().pk)
    client.force_login(cast.supervisor)
    shown = text(client.get(reverse("reports:dashboard"), {"period": "2025"}))
    assert "原台账记有评价1件，其中满意和基本满意1件，均不计入满意率" in shown

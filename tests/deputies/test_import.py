"""The roll out of Excel: read, refused with row and column, taken in once, previewed in the browser."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from accounts.models import AccessRecord
from deputies.models import Deputy, Mandate, Term
from deputies.roll import columns as c
from deputies.roll.importing import DEPUTIES

pytestmark = pytest.mark.django_db
ROW = {
    c.NAME: "覃代表", c.SEX: "女", c.GROUP: "土家族", c.LEVEL: "县", c.TERM: "第十八届", c.CONSTITUENCY: "第三选区",
    c.OCCUPATION: "教师", c.PHONE: "13800001234", c.TOWNSHIP: "433101005", c.STUDIO: "乾州代表工作室",
}  # fmt: skip


def csv(*rows) -> io.BytesIO:
    lines = [
        ",".join(DEPUTIES.headers),
        *(",".join(row.get(h, "") for h in DEPUTIES.headers) for row in rows),
    ]
    return io.BytesIO("\n".join(lines).encode())


def take(by, *rows, **more):
    return DEPUTIES.import_file(csv(*rows), "名册.csv", by=by, **more)


def test_a_row_becomes_a_deputy_with_a_seat(cast, office):
    assert str(take(cast.officer, ROW)) == "read 1 / added 1 / known 0 / refused 0"
    deputy = Deputy.objects.get(name="覃代表")
    assert (deputy.sex, deputy.ethnic_group, deputy.phone) == ("female", "土家族", "13800001234")
    assert deputy.studio == office.studio and deputy.name_pinyin.startswith("qin") and deputy.active
    seat = deputy.mandates.get()
    assert (seat.term.number, seat.term.area_code, seat.constituency) == (18, "433101", "第三选区")


def test_the_phone_is_not_readable_in_the_database(cast):
    take(cast.officer, ROW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM deputies_deputy WHERE name = %s", ["覃代表"])
        assert "13800001234" not in cursor.fetchone()[0]


def test_the_same_file_again_adds_nothing(cast):
    rows = [ROW, ROW | {c.LEVEL: "乡镇"}, ROW | {c.NAME: "单代表", c.PHONE: ""}]
    assert take(cast.officer, *rows).added == 3
    assert str(take(cast.officer, *rows)) == "read 3 / added 0 / known 3 / refused 0"
    assert Deputy.objects.filter(name="覃代表").count() == 1 and Mandate.objects.count() == 3


def test_who_is_there_already_gets_the_seat_and_keeps_their_facts(cast):
    take(cast.officer, ROW | {c.NAME: "杨代表", c.OCCUPATION: "农民"})
    assert cast.as_deputy.mandates.count() == 1
    cast.as_deputy.refresh_from_db()
    assert cast.as_deputy.occupation == "农民"
    take(cast.officer, ROW | {c.NAME: "杨代表", c.OCCUPATION: "教师", c.TERM: "19"})
    cast.as_deputy.refresh_from_db()
    assert cast.as_deputy.occupation == "农民"


def test_two_of_one_name_are_told_apart_by_their_phones(cast):
    take(cast.officer, ROW, ROW | {c.PHONE: "13900001234"})
    assert Deputy.objects.filter(name="覃代表").count() == 2
    tally = take(cast.officer, ROW | {c.PHONE: "", c.LEVEL: "州"})
    assert tally.refused == 1 and "姓名" in str(tally.errors[0])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (c.NAME, ""), (c.SEX, "某"), (c.LEVEL, "村"), (c.TERM, "十八日"), (c.TERM, ""), (c.PHONE, "abc"),
        (c.TOWNSHIP, "433123100"), (c.TOWNSHIP, "12"), (c.STUDIO, "没有的工作室"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_taken_in(cast, column, value):
    tally = take(cast.officer, ROW, ROW | {c.NAME: "龚代表", column: value})
    assert (tally.added, tally.refused) == (0, 1)
    assert (tally.errors[0].row, tally.errors[0].column) == (3, column)
    assert not Term.objects.exists()
    assert take(cast.officer, ROW, ROW | {column: value}, skip_bad=True).added == 1


@pytest.mark.parametrize(
    ("word", "number"), [("18", 18), ("第18届", 18), ("十", 10), ("第十八届", 18), ("二十三", 23)]
)
def test_the_number_of_a_term_in_the_spellings_of_offices(word, number):
    assert c.term_number(word) == number


def test_the_next_term_waits_for_the_change_over(cast):
    take(cast.officer, ROW)
    take(cast.officer, ROW | {c.NAME: "新代表", c.TERM: "19"})
    new = Deputy.objects.get(name="新代表")
    assert not new.active and new.mandates.get().term.starts_on is None


def test_the_command(cast, tmp_path):
    path, out = tmp_path / "名册.csv", io.StringIO()
    path.write_bytes(csv(ROW).read())
    call_command("import_deputies", str(path), "--as", "officer", "--dry-run", stdout=out)
    assert not Deputy.objects.filter(name="覃代表").exists()
    call_command("import_deputies", str(path), "--as", "officer", stdout=out)
    assert out.getvalue().splitlines()[-1] == "read 1 / added 1 / known 0 / refused 0"
    path.write_bytes(csv(ROW | {c.TERM: ""}).read())
    with pytest.raises(CommandError):
        call_command("import_deputies", str(path), "--as", "officer", stdout=out, stderr=out)
    call_command("import_deputies", "--template", str(tmp_path / "t.xlsx"), stdout=out)
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0]["A1"].value == c.NAME


def test_a_filled_in_template_is_read(cast):
    out = io.BytesIO()
    DEPUTIES.write_template(out, user=cast.officer)
    book = openpyxl.load_workbook(out)
    book.worksheets[0].append([ROW[header] for header in DEPUTIES.headers])
    filled = io.BytesIO()
    book.save(filled)
    filled.seek(0)
    assert DEPUTIES.import_file(filled, "名册.xlsx", by=cast.officer).added == 1


class TestBrowser:
    URL = "deputies:import"

    def upload(self, client, *rows):
        file = SimpleUploadedFile("名册.csv", csv(*rows).read())
        return client.post(reverse(self.URL), {"file": file})

    def test_seen_first_then_taken_in(self, client, cast):
        client.force_login(cast.officer)
        page = self.upload(client, ROW)
        assert not Deputy.objects.filter(name="覃代表").exists()
        text = page.content.decode()
        assert "13800001234" not in text and "覃代表" not in text, "the preview is masked"
        client.post(reverse(self.URL), {"sealed": page.context["sealed"]})
        assert Deputy.objects.filter(name="覃代表").exists()
        assert AccessRecord.objects.filter(action="imported", by=cast.officer, subject="名册.csv").exists()

    def test_a_second_click_adds_nothing(self, client, cast):
        client.force_login(cast.officer)
        sealed = self.upload(client, ROW).context["sealed"]
        for _click in range(2):
            client.post(reverse(self.URL), {"sealed": sealed})
        assert Mandate.objects.count() == 1

    def test_a_forged_preview_is_no_file(self, client, cast):
        client.force_login(cast.officer)
        assert client.post(reverse(self.URL), {"sealed": "x" * 80}).status_code == 302
        assert not Mandate.objects.exists()

    def test_bad_rows_are_listed_and_left_out(self, client, cast):
        client.force_login(cast.officer)
        page = self.upload(client, ROW, ROW | {c.NAME: "", c.PHONE: "1"})
        assert c.NAME in page.content.decode()
        refused = client.post(reverse(self.URL), {"sealed": page.context["sealed"]})
        assert refused.status_code == 422 and not Mandate.objects.exists()
        client.post(reverse(self.URL), {"sealed": page.context["sealed"], "skip_bad": "1"})
        assert Mandate.objects.count() == 1

"""Studios and homes out of Excel: read, refused with row and column, taken in once, previewed in the browser."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from studios import history
from studios.models import Studio, Village
from studios.rolls import studios as c
from studios.rolls.studios import STUDIOS

pytestmark = pytest.mark.django_db
ROW = {c.NAME: "峒河工作室", c.TOWNSHIP: "433101007", c.ESTABLISHED: "2013年5月1日", c.OFFICE: "是"}
HOME = {c.NAME: "社区代表之家", c.KIND: "代表之家", c.TOWNSHIP: "433101007", c.LINKED: "峒河工作室"}


def csv(*rows) -> io.BytesIO:
    lines = [STUDIOS.headers, *([row.get(h, "") for h in STUDIOS.headers] for row in rows)]
    return io.BytesIO("\n".join(map(",".join, lines)).encode())


def take(by, *rows, **more):
    return STUDIOS.import_file(csv(*rows), "工作室.csv", by=by, **more)


def test_a_home_is_linked_to_the_studio_of_the_same_file(cast, office):
    Village.objects.create(code="433101007001", township=office.zhenxi, name="团结社区")
    assert (
        str(take(cast.officer, ROW, HOME | {c.VILLAGE: "团结社区"}))
        == "read 2 / added 2 / known 0 / refused 0"
    )
    studio, home = Studio.objects.get(name="峒河工作室"), Studio.objects.get(name="社区代表之家")
    assert (studio.kind, studio.established_on, studio.has_office) == ("studio", date(2013, 5, 1), True)
    assert (home.kind, home.belongs_to, home.village.name) == ("home", studio, "团结社区")
    assert {studio.code, home.code} == {"433101007-1", "433101007-2"} and studio.name_pinyin
    assert [line.sentence for line in history.lines(studio, history.records_of(studio))] == ["录入工作室"]


def test_the_same_file_again_adds_nothing_and_changes_nothing(cast):
    take(cast.officer, ROW)
    assert (
        str(take(cast.officer, ROW | {c.PHONE: "0743-8222999"}, ROW))
        == "read 2 / added 0 / known 2 / refused 0"
    )
    assert Studio.objects.get(name="峒河工作室").phone == ""


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (c.NAME, ""), (c.KIND, "站"), (c.TOWNSHIP, "433123100"), (c.VILLAGE, "没有的村"), (c.ESTABLISHED, "去年"),
        (c.ESTABLISHED, "2013-02-30"), (c.OFFICE, "也许"), (c.LINKED, "峒河工作室"), (c.CODE, "代码"),
        (c.CODE, "fh-tuojiang"), (c.PHONE, "abc"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_taken_in(cast, office, column, value):
    before = Studio.objects.count()
    tally = take(cast.officer, ROW, ROW | {c.NAME: "另一工作室", column: value})
    assert (tally.added, tally.refused) == (0, 1)
    assert (tally.errors[0].row, tally.errors[0].column) == (3, column)
    assert Studio.objects.count() == before


def test_in_the_browser_seen_first_then_taken_in(client, cast):
    client.force_login(cast.officer)
    file = SimpleUploadedFile("工作室.csv", csv(ROW, ROW | {c.NAME: ""}).read())
    page = client.post(reverse("studios:import"), {"file": file})
    assert "峒河工作室" in page.content.decode() and not Studio.objects.filter(name="峒河工作室").exists()
    sealed = page.context["sealed"]
    assert client.post(reverse("studios:import"), {"sealed": sealed}).status_code == 422
    for _click in range(2):
        client.post(reverse("studios:import"), {"sealed": sealed, "skip_bad": "1"})
    assert Studio.objects.filter(name="峒河工作室").count() == 1


def test_the_command(cast, tmp_path):
    path, out = tmp_path / "工作室.csv", io.StringIO()
    path.write_bytes(csv(ROW).read())
    call_command("import_studios", str(path), "--as", "officer", stdout=out)
    assert out.getvalue().splitlines()[-1] == "read 1 / added 1 / known 0 / refused 0"
    call_command("import_studios", "--template", str(tmp_path / "t.xlsx"), stdout=out)
    assert (tmp_path / "t.xlsx").stat().st_size > 0

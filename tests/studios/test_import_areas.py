"""import_areas: whole counties or nothing, told again without effect, and never a place that is lost."""

from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AccessRecord
from studios.areas.importing import import_areas
from studios.areas.parser import AreaFileError, is_code, kind_of
from studios.models import County, Studio, Township, Village

HEADER = "county_code,county,township_code,township\n"
JISHOU = (
    HEADER
    + "433101,吉首市,433101002,峒河街道\n433101,吉首市,433101101,矮寨镇\n433101,吉首市,433101206,己略乡\n"
)
SHIPPED = Path(__file__).resolve().parents[2] / "studios" / "data"
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "xiangxi"

pytestmark = pytest.mark.django_db


def take(text, **kwargs):
    return import_areas(file=BytesIO(text.encode()), **kwargs)


def errors_of(text):
    with pytest.raises(AreaFileError) as caught:
        take(text)
    return [(error.row, error.reason) for error in caught.value.errors]


def said(path, *args):
    out = StringIO()
    call_command("import_areas", str(path), *args, stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("folder", [SHIPPED, pytest.param(REAL, marks=pytest.mark.realdata)])
def test_the_prefecture_has_eight_counties_and_115_townships(folder):
    names = {SHIPPED: ("xiangxi_townships.csv", "xiangxi_villages.csv")}
    townships, villages = names.get(folder, ("townships.csv", "villages.csv"))
    lines = said(folder / townships)
    assert lines[-1] == "counties 8, townships 115 (added 116, renamed 0, retired 0), other units 1"
    assert any("军亭界林场" in line for line in lines)
    forest = Township.objects.get(code="433122400")
    assert (forest.kind, forest.counted) == ("other", False)
    counted = Township.objects.filter(counted=True)
    by_kind = {kind: counted.filter(kind=kind).count() for kind in ("town", "township", "subdistrict")}
    assert by_kind == {"town": 75, "township": 30, "subdistrict": 10}
    assert said(folder / townships)[-1].endswith("(added 0, renamed 0, retired 0), other units 1")
    assert said(folder / villages)[-1] == "villages 1797 (added 1797, renamed 0, not in the file 0)"
    assert said(folder / villages)[-1] == "villages 1797 (added 0, renamed 0, not in the file 0)"


def test_a_new_name_is_taken_over():
    take(JISHOU)
    done = take(JISHOU.replace("己略乡", "己略镇").replace("吉首市", "吉首县"))
    assert [(area.pk, was) for area, was in done.renamed] == [("433101", "吉首市"), ("433101206", "己略乡")]
    assert Township.objects.get(code="433101206").kind == "town"
    assert County.objects.get().name == "吉首县"


def test_a_township_that_is_gone_is_retired_and_keeps_what_stands_there():
    take(JISHOU)
    gone = Township.objects.get(code="433101206")
    Studio.objects.create(code="jilue", name="己略工作室", township=gone)
    merged = "".join(JISHOU.splitlines(keepends=True)[:-1])
    done = take(merged, today=date(2026, 11, 2))
    assert [t.name for t in done.retired] == ["己略乡"]
    gone.refresh_from_db()
    assert gone.valid_to == date(2026, 11, 2)
    assert Studio.objects.get().township == gone
    assert not take(merged).retired, "told again, nothing happens"


def test_a_county_that_is_not_in_the_file_is_left_alone():
    take(JISHOU)
    take(HEADER + "433123,凤凰县,433123100,沱江镇\n")
    assert not Township.objects.exclude(valid_to=None).exists()


def test_a_township_that_comes_back_stands_again():
    take(JISHOU)
    take(HEADER + "433101,吉首市,433101002,峒河街道\n")
    take(JISHOU)
    assert not Township.objects.exclude(valid_to=None).exists()


def test_a_township_that_was_merged_does_not_come_back_under_its_code():
    take(JISHOU)
    heir = Township.objects.get(code="433101101")
    Township.objects.filter(code="433101206").update(valid_to=date(2020, 1, 1), successor=heir)
    [(row, reason)] = errors_of(JISHOU)
    assert row == 4
    assert "矮寨镇" in reason


def test_townships_of_a_new_county_hold_for_any_day_later_ones_from_theirs():
    take(JISHOU)
    take(JISHOU + "433101,吉首市,433101102,马颈坳镇\n", today=date(2026, 11, 2))
    assert Township.objects.get(code="433101101").valid_from is None
    assert Township.objects.get(code="433101102").valid_from == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("43310,吉首市,433101003,甲镇", "43310"),
        ("４３３１０１,吉首市,433101003,甲镇", "４３３１０１"),
        ("993101,吉首市,993101003,甲镇", "993101"),
        ("430000,湖南省,430000003,甲镇", "430000"),
        ("433101,吉首市,433101000,甲镇", "433101000"),
        ("433101,吉首市,43310100X,甲镇", "43310100X"),
        ("433101,吉首市,433123003,甲镇", "433123003"),
        ("433101,吉首市,433101003,", "50"),
        ("433101,吉首市,433101002,甲镇", "433101002"),
        ("433101,别的市,433101003,甲镇", "433101"),
        ("433101,吉首市,433101003", "3"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_taken(line, part):
    errors = errors_of(JISHOU + line + "\n")
    assert {row for row, _reason in errors} == {5}
    assert any(part in reason for _row, reason in errors)
    assert not County.objects.exists()


def test_every_bad_row_is_named_at_once():
    assert [row for row, _ in errors_of(JISHOU + "1,a,2,b\n433101,吉首市,433101000,甲镇\n")] == [5, 5, 5, 6]


@pytest.mark.parametrize("text", ["", HEADER, "code,name\n1,2\n", '"' + HEADER])
def test_what_is_no_such_file_is_refused(text):
    assert errors_of(text)


def test_excel_in_china_saves_gb18030():
    import_areas(file=BytesIO(JISHOU.encode("gb18030")))
    assert County.objects.get().name == "吉首市"


def test_villages_need_their_township():
    text = "township_code,village_code,village\n433101002,433101002001,峒河社区\n"
    [(row, reason)] = errors_of(text)
    assert (row, "433101002" in reason) == (2, True)
    take(JISHOU)
    assert len(take(text).added) == 1
    assert take(text.replace("峒河社区", "新桥社区")).renamed
    assert Village.objects.get().name == "新桥社区"


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("433101101", "矮寨镇", "town"),
        ("433101206", "己略乡", "township"),
        ("150102200", "某某苏木", "township"),
        ("433101002", "峒河街道", "subdistrict"),
        ("433101002", "峒河街道办事处", "subdistrict"),
        ("433122400", "军亭界林场", "other"),
        ("433101103", "吉首经济开发区", "other"),
        ("433101005", "园区虚拟街道", "other"),
        ("433101501", "农场镇", "other"),
        ("433101104", "良种农场", "other"),
    ],
)
def test_the_kind_follows_from_the_ending_of_the_name(code, name, kind):
    assert kind_of(code, name) == kind


def test_codes():
    assert is_code("433101", 6)
    assert is_code("441900", 6), "a city without counties"
    assert not is_code("430000", 6)
    assert not is_code("433101", 9)


def test_a_dry_run_says_the_same_and_changes_nothing(tmp_path):
    file = tmp_path / "areas.csv"
    file.write_text(JISHOU)
    assert said(file, "--dry-run")[-1] == (
        "counties 1, townships 3 (added 3, renamed 0, retired 0), other units 0"
    )
    assert not County.objects.exists()
    assert not AccessRecord.objects.exists()


def test_who_imported_is_in_the_audit_trail(tmp_path, cast):
    file = tmp_path / "areas.csv"
    file.write_text(JISHOU.replace("4331", "4301").replace("吉首市", "长沙县"))
    said(file, "--as", "administrator")
    record = AccessRecord.objects.get()
    assert (record.action, record.by, record.area_code) == ("imported", cast.administrator, "430101")


def test_the_command_says_what_is_wrong(tmp_path):
    file = tmp_path / "areas.csv"
    file.write_text(HEADER + "433101,吉首市,433101000,甲镇\n")
    with pytest.raises(CommandError, match="433101000"):
        said(file)
    with pytest.raises(CommandError, match=r"missing\.csv"):
        said(tmp_path / "missing.csv")

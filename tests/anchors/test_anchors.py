"""Every night's anchor: what it is over, how it leaves the house, and what its verification says."""

import json
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import audit
from accounts.actors import SYSTEM
from anchors import services
from anchors.models import Anchor, Block, Leaf
from anchors.proofs import proofs
from anchors.signing import read_line
from anchors.tree import leaf_hash, root_by_path
from congress_liaison.anchoring import anchor_all
from opinions.models import Opinion
from opinions.workflow import report_back
from tests.conftest import at
from tests.tampering import lift
from tests.workflow.walk import Walk

pytestmark = pytest.mark.django_db
SCRIPT = Path(django_settings.BASE_DIR) / "static" / "check_proof.py"


@pytest.fixture
def walk(cast, office):
    walk = Walk(cast, office)
    walk.to("answered"), walk.to("routed")
    audit.record("looked", by=cast.clerk)
    return walk


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of four leaves, so that a dozen leaves fill some."""
    for module in ("services", "proofs", "checking"):
        monkeypatch.setattr(f"anchors.{module}.BLOCK", 4)


def verified() -> None:
    call_command("verify_ledger", stdout=StringIO())
    call_command("verify_audit", stdout=StringIO())


def test_an_anchor_is_over_every_head_and_every_number(walk):
    anchor_all(now=at("2026-03-03 04:20"))
    kinds = {kind: set(Leaf.objects.filter(kind=kind).values_list("key", "count")) for kind in Leaf.Kind}
    assert kinds["opinion"] == {("433101-2026-000001", 4), ("433101-2026-000002", 2)}
    assert kinds["series"] == {("433101-2026", 2)}
    assert kinds["audit"] == {(str(walk.cast.clerk.pk), 1)}
    assert {("opinions", 2), ("events", 6), ("audit", 1)} <= kinds["total"]
    verified()


def test_the_next_night_adds_what_changed_and_nothing_else(walk):
    first = anchor_all(now=at("2026-03-03 04:20"))
    report_back.report_back("433101-2026-000001", by=walk.cast.clerk, how="visit", at=walk.later())
    second = anchor_all(now=at("2026-03-04 04:20"))
    added = set(Leaf.objects.filter(place__gte=first.size).values_list("kind", "key"))
    assert added == {("opinion", "433101-2026-000001"), ("total", "events")}
    quiet = anchor_all(now=at("2026-03-05 04:20"))
    assert (quiet.size, quiet.root) == (second.size, second.root)
    verified()


def test_the_line_in_the_file_is_signed_and_linked(walk, settings):
    anchor_all(now=at("2026-03-03 04:20")), anchor_all(now=at("2026-03-04 04:20"))
    lines = Path(settings.ANCHORS_FILE).read_text().splitlines()
    first, second = map(read_line, lines)
    assert (first.previous, len(second.previous)) == ("", 64)
    assert first.at == at("2026-03-03 04:20")
    forged = json.loads(lines[0]) | {"root": "0" * 64}
    with pytest.raises(ValueError, match="signature"):
        read_line(json.dumps(forged))
    settings.ANCHOR_KEY = "17" * 32
    with pytest.raises(ValueError, match="another key"):
        read_line(lines[0])
    settings.ANCHOR_FORMER_KEYS = [first.key]
    assert read_line(lines[0]) == first


def test_a_night_on_which_the_file_could_not_be_written_is_made_up_for(walk, settings, tmp_path):
    there, settings.ANCHORS_FILE = settings.ANCHORS_FILE, str(tmp_path)  # a folder
    with pytest.raises(OSError, match="irectory"):
        anchor_all()
    settings.ANCHORS_FILE = there
    anchor_all()
    assert Path(there).read_text().splitlines() == list(Anchor.objects.values_list("line", flat=True))
    assert Anchor.objects.count() == 2


def test_it_goes_out_by_e_mail_and_by_command(walk, settings, capsys):
    settings.ANCHOR_EMAILS = ["archive@example.org"]
    call_command("anchor")
    [message], made = mail.outbox, Anchor.objects.get()
    assert made.line in message.body and message.to == ["archive@example.org"]
    assert capsys.readouterr().out == f"ok {made.size} leaves, root {made.root}\n"


def test_paths_over_whole_blocks_and_parts(walk, small_blocks):
    for night in range(3):
        anchor_all(now=at(f"2026-03-0{night + 3} 04:20"))
        walk.to("registered")
    assert Block.objects.count() >= 2
    verified()
    for leaf in Leaf.objects.all():
        for proof in proofs(leaf.kind, leaf.key):
            line = read_line(proof.anchor.line)
            up = [bytes.fromhex(one) for one in proof.path]
            found = root_by_path(leaf_hash(str(proof.leaf).encode()), proof.leaf.place, line.size, up)
            assert found.hex() == line.root


@pytest.fixture
def found(client, walk, monkeypatch):
    """A browser that looked up a matter of two anchored nights, and one step of today."""
    number = "433101-2026-000001"
    anchor_all(now=at("2026-03-03 04:20"))
    report_back.report_back(number, by=walk.cast.clerk, how="visit", at=walk.later())
    anchor_all(now=at("2026-03-04 04:20"))
    report_back.close(number, by=SYSTEM, at=walk.later(days=30))
    looked_up(monkeypatch, number)
    return client


def looked_up(monkeypatch, number):
    """As the browser's cookie says for an hour after the code was entered."""
    monkeypatch.setattr("portal.views.verify.MATTER", SimpleNamespace(read=lambda request: number))


def text_of(client) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", client.get("/p/verify/").content.decode()).split())


def test_the_citizen_sees_since_when_it_stands(found):
    said = text_of(found)
    assert "433101-2026-000001 的记录没有被改动，自 2026年3月3日 起存证" in said
    assert "前 4 步已存证" in said and "前 5 步已存证" in said and "今晚将存证的步数：1" in said


def test_the_citizens_page_tells_of_a_change(found):
    Opinion.objects.filter(number="433101-2026-000001").update(outcome="C")
    assert "与当初记录的不符" in text_of(found)


def test_the_proof_holds_without_the_product(found, tmp_path):
    """The script that the page offers runs on its own, and refuses whatever is changed in the file."""
    file = tmp_path / "proof.json"
    file.write_bytes(found.get("/p/verify/proof/").content)
    done = subprocess.run([sys.executable, SCRIPT, file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert [line.split()[2] for line in said] == ["4", "5"] and "signed by" in said[0]
    content = json.loads(file.read_text())
    for part, value in [("place", 0), ("leaf", content["proofs"][1]["leaf"].replace(" 5 ", " 6 "))]:
        changed = json.loads(file.read_text())
        changed["proofs"][1][part] = value
        (tmp_path / "other.json").write_text(json.dumps(changed))
        done = subprocess.run(
            [sys.executable, SCRIPT, tmp_path / "other.json"], capture_output=True, check=False
        )
        assert done.returncode == 1


def test_the_root_is_on_the_bulletin_and_all_lines_are_public(found):
    latest = Anchor.objects.last()
    assert latest.root in found.get("/p/bulletin/433101/").content.decode()
    assert found.get("/p/verify/anchors/").content.decode().splitlines() == services.file_lines()


def test_the_code_of_the_receipt_opens_it(client, walk):
    page = client.get("/p/verify/")
    assert page.status_code == 200 and 'name="code"' in page.content.decode()
    wrong = client.post("/p/verify/", {"code": "1234567890123456", "tail": ""})
    assert wrong.status_code == 422
    assert client.get("/p/verify/proof/").headers["Location"] == "/p/verify/"


def test_before_the_first_night_it_says_when(client, walk, monkeypatch):
    looked_up(monkeypatch, "433101-2026-000001")
    assert "今晚存证" in text_of(client)


def test_an_anchor_asks_nothing_of_a_registration(walk):
    """The hot path: no table of the anchors is read or written when somebody acts."""
    with CaptureQueriesContext(connection) as queries:
        walk.to("routed")
    assert not [one for one in queries.captured_queries if "anchors_" in one["sql"]]


def test_a_file_that_is_gone_is_found(walk, settings):
    anchor_all()
    Path(settings.ANCHORS_FILE).unlink()
    with pytest.raises(CommandError, match="1"):
        call_command("verify_ledger")


def test_a_leaf_that_is_changed_is_found(walk):
    anchor_all(now=at("2026-03-03 04:20"))
    lift(Leaf)
    Leaf.objects.filter(kind="opinion", key="433101-2026-000001").update(count=3)
    with pytest.raises(CommandError, match="2026年3月3日"):
        call_command("verify_ledger")

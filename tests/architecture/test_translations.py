"""Every word a person reads has its Chinese: nothing untranslated, unsure or left over in locale/."""

import gettext
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOG = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES"
NOT_SOURCE = shutil.ignore_patterns(
    ".*", "var", "static", "staticfiles", "tests", "benchmarks", "docs", "__pycache__", "*.mo"
)
pytestmark = pytest.mark.gettext


def compiled(source: Path, *, every: bool = False) -> dict:
    """msgid → msgstr of a .po or .pot; without the untranslated and the unsure, or `every` one."""
    text = source.read_bytes()
    if every:
        text = subprocess.run(["msgen", "-"], input=text, check=True, capture_output=True).stdout
    made = subprocess.run(["msgfmt", "--check-format", "-o", "-", "-"], input=text, capture_output=True)
    assert made.returncode == 0, made.stderr.decode()
    return entries(made.stdout)


def entries(machine_object: bytes) -> dict:
    catalog = gettext.GNUTranslations(io.BytesIO(machine_object))._catalog
    return {msgid: msgstr for msgid, msgstr in catalog.items() if msgid}


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    """Every string the source asks for, read from a copy so that the checkout stays as it is."""
    copy = tmp_path_factory.mktemp("source") / "copy"
    shutil.copytree(ROOT, copy, ignore=NOT_SOURCE)
    command = [sys.executable, "manage.py", "makemessages", "-l", "zh_Hans", "--keep-pot", "-v0"]
    environ = {**os.environ, "DEBUG": "1", "DATA_DIR": str(copy / "var")}
    subprocess.run(command, cwd=copy, env=environ, check=True, capture_output=True)
    return set(compiled(copy / "locale" / "django.pot", every=True))


def test_every_string_is_translated_and_none_is_left_over(wanted):
    translated = set(compiled(CATALOG / "django.po"))
    missing, left_over = sorted(wanted - translated), sorted(translated - wanted)
    assert not missing, "without Chinese:\n" + "\n".join(missing)
    assert not left_over, "no longer in the source:\n" + "\n".join(left_over)


def test_the_compiled_catalog_is_that_of_the_text():
    assert entries((CATALOG / "django.mo").read_bytes()) == compiled(CATALOG / "django.po")

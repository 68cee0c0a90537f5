"""Every word a person reads has its Chinese: nothing untranslated, unsure or left over in locale/; and one English word
of several apps has one meaning."""

import ast
import gettext
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOG = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES"
# Judged by a person: the same Chinese fits in each of the apps. Otherwise give one of them a context (pgettext).
SHARED = Path(__file__).with_name("shared_words.txt")
NOT_SOURCE = shutil.ignore_patterns(
    ".*", "var", "static", "staticfiles", "tests", "benchmarks", "docs", "__pycache__", "*.mo"
)
pytestmark = pytest.mark.gettext


def compiled(source: Path, *, every: bool = False) -> dict:
    """msgid → msgstr of a .po or .pot; without the untranslated and the unsure, or `every` one."""
    text = source.read_bytes()
    if every:
        text = text.replace(b"nplurals=INTEGER; plural=EXPRESSION;", b"nplurals=1; plural=0;")
        text = subprocess.run(["msgen", "-"], input=text, check=True, capture_output=True).stdout
    made = subprocess.run(["msgfmt", "--check-format", "-o", "-", "-"], input=text, capture_output=True)
    assert made.returncode == 0, made.stderr.decode()
    return entries(made.stdout)


def entries(machine_object: bytes) -> dict:
    catalog = gettext.GNUTranslations(io.BytesIO(machine_object))._catalog
    plain = {
        key[0] if isinstance(key, tuple) else key: msgstr for key, msgstr in catalog.items()
    }  # (msgid, plural)
    return {msgid: msgstr for msgid, msgstr in plain.items() if msgid}


def app_of(path: str) -> str:
    """The app that a file of the source belongs to; templates stand in a folder of its name."""
    return path.removeprefix("templates/").split("/")[0]


def used_by_several(template: str) -> set[str]:
    """Of a .pot with locations: the msgids (context first, with “|”) that files of more than one app ask for."""
    found = set()
    for entry in template.split("\n\n"):
        places = re.findall(r"^#: (.*)$", entry, re.M)
        apps = {app_of(place.split(":")[0]) for line in places for place in line.split()}
        if len(apps) > 1:
            context, msgid = (
                "".join(ast.literal_eval(part) for part in re.findall(r'".*"', said[1])) if said else ""
                for said in (
                    re.search(rf'^{key} ((?:".*"\n?)+)', entry, re.M) for key in ("msgctxt", "msgid")
                )
            )
            found.add(f"{context}|{msgid}" if context else msgid)
    return found


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    """The .pot of every string the source asks for, read from a copy so that the checkout stays as it is."""
    copy = tmp_path_factory.mktemp("source") / "copy"
    shutil.copytree(ROOT, copy, ignore=NOT_SOURCE)
    command = [sys.executable, "manage.py", "makemessages", "-l", "zh_Hans", "--keep-pot", "-v0"]
    environ = {**os.environ, "DEBUG": "1", "DATA_DIR": str(copy / "var")}
    subprocess.run(command, cwd=copy, env=environ, check=True, capture_output=True)
    return copy / "locale" / "django.pot"


@pytest.fixture(scope="module")
def wanted(template):
    return set(compiled(template, every=True))


def test_every_string_is_translated_and_none_is_left_over(wanted):
    translated = set(compiled(CATALOG / "django.po"))
    missing, left_over = sorted(wanted - translated), sorted(translated - wanted)
    assert not missing, "without Chinese:\n" + "\n".join(missing)
    assert not left_over, "no longer in the source:\n" + "\n".join(left_over)


def test_the_compiled_catalog_is_that_of_the_text():
    assert entries((CATALOG / "django.mo").read_bytes()) == compiled(CATALOG / "django.po")


def test_a_word_of_several_apps_was_judged_to_mean_one_thing(template):
    judged = {line.replace("\\n", "\n") for line in SHARED.read_text().splitlines()}
    new = used_by_several(template.read_text()) - judged
    assert not new, f"say in {SHARED.name} that these mean one thing, or give one a context:\n" + "\n".join(
        sorted(new)
    )

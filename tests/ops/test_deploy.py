"""The files an operator relies on say what the code does: .env.example, docker-compose.yml, its secrets."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
SETTINGS = set(
    re.findall(
        r'\benv(?:\.[a-z_]+)?\(\s*"([A-Z0-9_]+)"', (ROOT / "congress_liaison" / "settings.py").read_text()
    )
)


def test_every_setting_is_explained_in_the_example():
    explained = set(re.findall(r"^#?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert not SETTINGS - explained


def test_the_example_as_it_stands_changes_nothing():
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert all(line.startswith("#") or not line.strip() for line in lines)


def test_compose_gives_only_settings_that_exist_or_belong_to_a_program():
    block = COMPOSE.split("environment: &settings")[1].split("secrets:")[0]
    given = {name.removesuffix("_FILE") for name in re.findall(r"^    ([A-Z0-9_]+):", block, re.MULTILINE)}
    assert given - SETTINGS == {"WEB_CONCURRENCY"}


def test_compose_secrets_are_those_the_script_makes(tmp_path):
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine")
    (tmp_path / "deploy").mkdir()
    script = shutil.copy(ROOT / "deploy" / "make-secrets.sh", tmp_path / "deploy")
    subprocess.run(["sh", script, "liaison.test"], check=True, capture_output=True)
    made = {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}
    assert {f"./secrets/{name}" for name in made if name != ".gitignore"} == set(
        re.findall(r"file: (\./secrets/\S+?)}", COMPOSE)
    )
    written = (tmp_path / ".env").read_text()
    assert written == "ALLOWED_HOSTS=liaison.test\nPUBLIC_URL=https://liaison.test\n"
    assert made["postgres_password"] in made["owner_database_url"]
    assert "//liaison_app:" in made["database_url"] and made["postgres_password"] not in made["database_url"]
    assert all(text == text.strip() for name, text in made.items() if "." not in name)
    subprocess.run(["sh", script], check=True, capture_output=True)
    assert {name: (tmp_path / "secrets" / name).read_text() for name in made} == made


def test_images_are_pinned_and_nothing_runs_as_root():
    images = re.findall(r"image: (\S+)", COMPOSE)
    images += re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert images
    assert all(re.search(r":\d+\.\d+", image) for image in images)
    assert COMPOSE.count("cap_drop: [ALL]") == 4
    assert (ROOT / "Dockerfile").read_text().count("USER ") == 1

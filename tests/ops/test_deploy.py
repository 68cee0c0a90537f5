"""The files an operator relies on say what the code does: .env.example, docker-compose.yml, its secrets."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
UNIT_SETTINGS = (ROOT / "deploy" / "systemd" / "liaison.env").read_text()
SETTINGS = set(
    re.findall(
        r'\benv(?:\.[a-z_]+)?\(\s*"([A-Z0-9_]+)"', (ROOT / "congress_liaison" / "settings.py").read_text()
    )
)


def unit(name):
    return (ROOT / "deploy" / "systemd" / f"liaison-{name}.service").read_text()


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


GUIDE = (ROOT / "docs" / "manual" / "operator.md").read_text()


def test_the_proxy_of_the_guide_without_docker_serves_what_the_units_make():
    command = re.search(r"^(sed .*deploy/nginx.conf) >", GUIDE, re.MULTILINE)[1]
    words = shlex.split(command)
    made = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    settings = dict(re.findall(r"^([A-Z_]+)=(.*)$", UNIT_SETTINGS, re.MULTILINE))
    assert set(re.findall(r"alias (\S+/static)/", made)) == {settings["STATIC_ROOT"]}
    # Nginx is not in the group of the application, whose data folder nobody else enters.
    assert not settings["STATIC_ROOT"].startswith(settings["DATA_DIR"])
    assert "http://127.0.0.1:8000" in made and "--bind 127.0.0.1:8000" in unit("web")
    assert re.findall(r"listen (.+);", made) == ["80", "443 ssl"]
    assert "pid /run/nginx.pid;" in made
    assert not re.search(r"/run/secrets|//web|/dev/std", made)


def test_the_units_may_write_where_their_settings_lead():
    target = re.search(r"^BACKUP_TARGET=(.*)$", UNIT_SETTINGS, re.MULTILINE)[1]
    writable = re.search(r"^ReadWritePaths=(.*)$", unit("worker"), re.MULTILINE)[1].replace("-/", "/").split()
    assert writable == ["/var/lib/liaison", target]


def test_the_owner_of_the_guide_may_make_the_role_of_the_application():
    assert "create role liaison login createrole" in GUIDE

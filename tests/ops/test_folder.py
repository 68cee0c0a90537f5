"""The data folder of `make run`: keys are made once and stay private, the operator's own settings win."""

import tempfile

import pytest

from congress_liaison.run import Refused, broker, folder


def test_a_secret_is_made_once_and_is_private(tmp_path):
    path = tmp_path / "key"
    assert folder.stored_secret(path, lambda: "first") == "first"
    assert folder.stored_secret(path, lambda: "second") == "first"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_start_cut_off_while_making_a_secret_makes_it_again(tmp_path):
    (tmp_path / "key").touch()
    (tmp_path / "key.new").write_text("half")
    assert folder.stored_secret(tmp_path / "key", lambda: "whole") == "whole"


def test_passwords_have_three_kinds_of_characters():
    for _ in range(200):
        password = folder.new_password()
        assert len(password) == 14
        assert any(c.isupper() for c in password)
        assert any(c.islower() for c in password)
        assert any(c.isdigit() for c in password)


def test_run_env_prefers_what_the_operator_gave(tmp_path):
    given = {
        "DATABASE_URL": "postgres://x",
        "SECRET_KEY_FILE": str(tmp_path / "own"),
        "CELERY_BROKER_URL": "",
    }
    made = {"HTTPS": "0", "SECRET_KEY": "made", "CELERY_BROKER_URL": "redis+socket:///s"}
    folder.write_run_env(tmp_path, made, given)
    lines = (tmp_path / "run.env").read_text().splitlines()[1:]
    assert sorted(lines) == [
        "CELERY_BROKER_URL=redis+socket:///s",
        "DATABASE_URL=postgres://x",
        "HTTPS=0",
        f"SECRET_KEY_FILE={tmp_path / 'own'}",
    ]


def test_one_folder_one_run(tmp_path):
    held = folder.lock(tmp_path, "http://127.0.0.1:8000")
    with pytest.raises(Refused, match=r"already running.*http://127.0.0.1:8000"):
        folder.lock(tmp_path, "http://127.0.0.1:9000")
    held.close()
    folder.lock(tmp_path, "http://127.0.0.1:9000").close()


def test_the_socket_of_a_long_or_odd_path_moves_to_a_short_private_place(tmp_path, monkeypatch):
    short = tempfile.mkdtemp(prefix="t-")  # as a machine's own temporary folder is
    monkeypatch.setattr("tempfile.tempdir", short)
    assert broker.socket_path(tmp_path.__class__("/var/lib/liaison")).parent.name == "liaison"
    for odd in ("x" * 120, "人大 联络站"):
        path = broker.socket_path(tmp_path / odd)
        assert len(str(path)) < 107
        assert path.parent.stat().st_mode & 0o777 == 0o700
    path.parent.chmod(0o755)
    with pytest.raises(Refused, match="not ours alone"):
        broker.socket_path(tmp_path / odd)

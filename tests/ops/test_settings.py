"""Every setting is judged by its name at the start: a wrong one stops it, in English and Chinese, all of them together;
no secret is repeated."""

import os
import subprocess
import sys

import pytest
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from congress_liaison.environment.kinds import Environment
from tests.ops.test_deploy import ROOT, SETTINGS

WRONG = {
    "RETENTION_YEARS": "-1",
    "IDLE_LOGOUT_MINUTES": "abc",
    "PHOTO_SIDE": "12",
    "PHOTO_QUALITY": "101",
    "SWEEP_EVERY_SECONDS": "0",
    "SMS_MAX_CHARACTERS": "1e3",
    "RECEIPTS_PER_PHONE_A_DAY": "-2",
    "ANCHOR_KEY": "of the office",
    "DATABASE_CONN_MAX_AGE": "none",
    "EMAIL_TIMEOUT": "0",
    "SMS_HTTP_TIMEOUT": "61",
    "SMS_IN_KEY": "geheim",
    "SMS_HTTP_NOT_SENT": "often",
    "RETENTION_GRACE_DAYS": "0",
    "RETENTION_A_NIGHT": "0",
    "CLOCK_GAP_DAYS": "0",
    "TRIAGE_CONFIDENCE": "80",
    "TRIAGE_PRECISION": "nan",
    "DEBUG": "perhaps",
    "HTTPS": "ja",
    "ONE_SESSION": "2",
    "BEHIND_PROXY": "proxy",
    "GO_LIVE": "next monday",
    "ALLOWED_HOSTS": "https://opinions.example.gov.cn",
    "CSRF_TRUSTED_ORIGINS": "opinions.example.gov.cn",
    "PUBLIC_URL": "opinions.example.gov.cn",
    "SEARCH_ENGINES": "google",
    "S3_ENDPOINT": "ftp://s3.example.gov.cn",
    "S3_ADDRESSING": "both",
    "MEDIA_STORAGE": "tape",
    "SMS_HTTP_URL": "https://sms.example.cn:99999/send",
    "CLAMD": "scanner",
    "QUIET_HOURS": "21:00-8",
    "OFFICE_HOURS": "morning",
    "TIME_ZONE": "Asia/Xiangxi",
    "LOG_LEVEL": "LOUD",
    "DEFAULT_FROM_EMAIL": "liaison",
    "CELERY_BROKER_URL": "127.0.0.1:6379",
    "DATABASE_URL": "postgresx://liaison:geheim@db/liaison",
    "EMAIL_URL": "mail.example.gov.cn:25",
    "FIELD_ENCRYPTION_KEYS": "geheim,geheim",
    "BACKUP_TARGET": "backups",
    "TRUSTED_PROXIES": "-1",
}
# Any text is right for these, or another test has them.
FREE = {
    "SECRET_KEY", "PHONE_INDEX_KEY", "S3_BUCKET", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY", "STATIC_ROOT",
    "SMS_GATEWAY", "SMS_HTTP_KEY", "SMS_HTTP_REQUEST", "SMS_HTTP_ID", "SECOND_FACTOR_ROLES", "BACKUP_KEY",
    "SMS_IN_STUDIO", "ANCHORS_FILE", "TWO_PEOPLE", "ANCHOR_FORMER_KEYS", "ANCHOR_EMAILS",
}  # fmt: skip


def start(tmp_path, **more):
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "SECRET_KEY": "x" * 50, **more}
    code = "import congress_liaison.settings"
    return subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True)


def test_every_setting_is_judged_or_free():
    assert set(WRONG) | FREE == SETTINGS


def test_all_wrong_settings_are_named_together_and_no_secret_is(tmp_path):
    ended = start(tmp_path, **WRONG)
    assert ended.returncode == 1
    said = ended.stderr
    assert sorted(name for name in WRONG if f"  {name} must be" not in said) == []
    assert sorted(name for name in WRONG if f"/ {name} 应为" not in said) == []
    assert "RETENTION_YEARS must be a whole number from 0 to 100, not “-1”" in said
    assert "IDLE_LOGOUT_MINUTES 应为1到1440的整数，现为“abc”" in said
    assert "geheim" not in said


def test_a_missing_file_is_named_by_its_setting(tmp_path):
    ended = start(tmp_path, DATABASE_URL_FILE="/nowhere/database_url", SECRET_KEY_FILE="/nowhere/key")
    assert ended.returncode == 1
    for name in ("DATABASE_URL", "SECRET_KEY"):
        assert f"{name}_FILE must be the path of a file that can be read" in ended.stderr
    assert "/nowhere/database_url" in ended.stderr


def test_the_secret_key_is_asked_for(tmp_path):
    ended = start(tmp_path, SECRET_KEY="")
    assert ended.returncode == 1 and "SECRET_KEY must be set" in ended.stderr


def test_right_and_empty_settings_start(tmp_path):
    assert start(tmp_path).returncode == 0
    empty = dict.fromkeys(WRONG, "")
    assert start(tmp_path, **empty).stderr == ""
    good = {
        "PUBLIC_URL": "https://o.example.cn/x",
        "CLAMD": "/run/clamd",
        "HTTPS": "off",
        "RETENTION_YEARS": "0",
    }
    assert start(tmp_path, **good).stderr == ""


@pytest.mark.parametrize(
    "gateway", ["notifications.channels.Nobody", "nowhere", "notifications.channels.log"]
)
def test_an_unknown_gateway_is_named_and_ends_the_start(settings, gateway):
    settings.SMS_GATEWAY = gateway
    errors = [error for error in checks.run_checks() if error.id == "notifications.E007"]
    assert len(errors) == 1 and errors[0].is_serious() and "SMS_GATEWAY" in errors[0].msg


def test_the_web_server_does_not_start_with_it(tmp_path):
    env = {
        "PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "SECRET_KEY": "x" * 50, "SMS_GATEWAY": "nowhere",
    }  # fmt: skip
    code = "import congress_liaison.wsgi"
    ended = subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 1 and "SMS_GATEWAY must be" in ended.stderr


def test_problems_are_kept_until_the_end(monkeypatch):
    monkeypatch.setenv("HALF", "1.5")
    env = Environment()
    assert env.whole("HALF", 7, least=1, most=9) == 7
    with pytest.raises(ImproperlyConfigured, match="HALF must be"):
        env.finish()

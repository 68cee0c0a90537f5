"""`send_test_email` and `send_test_sms` send one message now and say what was answered; a refusal says why."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from tests.services import free_port


def said(*command) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def test_an_email_goes_out(settings):
    assert "a@example.cn" in said("send_test_email", "a@example.cn")
    assert [m.to for m in mail.outbox] == [["a@example.cn"]]


def test_a_mail_server_that_is_not_there(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    with pytest.raises(CommandError, match="没有发出"):
        said("send_test_email", "a@example.cn")


def test_the_console_says_that_it_is_only_the_log(settings):
    settings.SMS_GATEWAY = "notifications.channels.ConsoleSms"
    assert "SMS_GATEWAY" in said("send_test_sms", "13800138000")


def test_a_gateway_that_is_not_there(settings):
    settings.SMS_GATEWAY = "notifications.gateway.HttpSms"
    settings.SMS_HTTP_URL = f"http://127.0.0.1:{free_port()}/"
    with pytest.raises(CommandError, match="没有发出"):
        said("send_test_sms", "13800138000")

"""Chinese whatever the browser says; the person's choice stays."""

import pytest
from django.conf import settings
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("browser", ["en-US,en;q=0.9", "zh-TW", "fr", ""])
def test_chinese_whatever_the_browser_says(client, browser):
    page = client.get(reverse("login"), headers={"accept-language": browser})
    assert page["Content-Language"] == "zh-hans"
    assert '<html lang="zh-hans">' in page.content.decode()
    assert "登录" in page.content.decode()


def test_the_choice_stays(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("login"))
    assert page["Content-Language"] == "en"
    assert "Log in" in page.content.decode()
    assert "Cookie" in page["Vary"]


@pytest.mark.parametrize("cookie", ["de", "zh", "<script>", "x" * 400])
def test_a_cookie_that_is_no_language_of_ours_is_chinese(client, cookie):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    assert client.get(reverse("login"))["Content-Language"] == "zh-hans"


def test_someone_not_logged_in_can_choose(client):
    client.post(reverse("set_language"), {"language": "en", "next": reverse("login")})
    assert client.get(reverse("login"))["Content-Language"] == "en"

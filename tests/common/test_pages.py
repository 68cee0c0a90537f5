"""The pages of refusal and the frame: they hold in the worst case, and hold to the content policy."""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from studios.models import Role

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))


def test_the_page_of_a_failure_needs_neither_request_nor_database():
    with translation.override("zh-hans"):
        html = render_to_string("500.html")
    assert html.count("<h1") == 1 and "系统出现错误" in html


@pytest.mark.parametrize("code", ["403", "404", "409", "403_csrf"])
@pytest.mark.django_db
def test_a_refusal_says_what_to_do(rf, code):
    with translation.override("zh-hans"):
        html = render_to_string(f"{code}.html", request=rf.get("/"))
    assert html.count("<h1") == 1
    assert f'href="{reverse("home")}"' in html


@pytest.mark.django_db
def test_a_conflict_names_who_was_first(rf):
    context = {"message": "已由田晓梅于 10:32 交办", "url": "/opinions/433101-2026-000123/"}
    html = render_to_string("409.html", context, rf.get("/"))
    assert context["message"] in html and context["url"] in html


def test_an_unknown_page_is_a_404_in_chinese_for_one_who_is_logged_in(client, cast):
    client.force_login(cast.clerk)
    page = client.get("/no-such-page/")
    assert page.status_code == 404
    assert "没有这个页面或这条记录" in page.content.decode()


def test_a_form_without_its_token_is_refused_in_plain_words(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.clerk)
    page = client.post(reverse("logout"))
    assert page.status_code == 403
    assert "页面打开太久了" in page.content.decode()


def test_the_frame_names_the_person_and_lets_them_leave(client, cast):
    client.force_login(cast.officer)
    page = client.get(reverse("password_change")).content.decode()
    assert page.count("<h1") == 1
    assert "龙分流" in page and str(Role.TRIAGE_OFFICER.label) in page
    assert f'<form method="post" action="{reverse("logout")}"' in page
    assert 'href="#main"' in page and '<main id="main"' in page


def test_a_wrong_password_is_told_in_plain_words_and_the_name_is_kept(client, cast):
    page = client.post(reverse("login"), {"username": "clerk", "password": "wrong"}).content.decode()
    assert "用户名或密码不正确" in page
    assert 'value="clerk"' in page and 'value="wrong"' not in page


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_no_inline_style_or_script(path):
    source = path.read_text()
    assert not re.search(r"\sstyle=", source)
    assert not re.search(r"\son[a-z]+=", source)
    assert "<style" not in source
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert "javascript:" not in source

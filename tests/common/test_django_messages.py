"""Django's own messages are said in officials' words, and an error never stands after “？：”."""

import pytest
from django import forms
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation


class Plain(forms.Form):
    reason = forms.CharField(max_length=5)
    days = forms.IntegerField(min_value=1, max_value=250)
    on = forms.DateField()
    way = forms.ChoiceField(choices=[("phone", "电话")])
    mail = forms.EmailField()


def errors(**typed):
    form = Plain(typed)
    with translation.override("zh-hans"):
        return {name: list(found) for name, found in form.errors.items()}


def test_what_is_missing_is_said_without_a_programmers_word():
    assert set(map(tuple, errors().values())) == {("此项必填。",)}


def test_what_is_wrong_is_said_as_an_official_would():
    assert errors(reason="一二三四五六", days="251", on="明天", way="信鸽", mail="x") == {
        "reason": ["不能超过5个字，现有6个字。"],
        "days": ["不能大于250。"],
        "on": ["请填写正确的日期，如2026-12-31。"],
        "way": ["“信鸽”不在可选范围内，请重新选择。"],
        "mail": ["请填写正确的电子邮箱地址。"],
    }
    assert errors(days="0")["days"] == ["不能小于1。"]
    assert errors(days="三")["days"] == ["请填写整数。"]


def test_a_password_that_is_too_short_is_told_how_long_it_must_be():
    with translation.override("zh-hans"), pytest.raises(ValidationError, match="密码太短，至少8位。"):
        MinimumLengthValidator(8).validate("abc")


def test_a_page_of_the_product_says_it_too(client, cast):
    client.force_login(cast.clerk)
    page = client.post(reverse("opinions:new"), {}).content.decode()
    assert "此项必填。" in page and "这个字段" not in page


def test_a_question_that_is_not_answered_has_no_colon_after_its_mark():
    class Asked(forms.Form):
        matter = forms.CharField(label="您想反映什么事？")

    with translation.override("zh-hans"):
        page = render_to_string("common/_form_errors.html", {"form": Asked({})})
    assert "您想反映什么事</a>：此项必填。" in page and "？：" not in page

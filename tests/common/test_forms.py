"""What every form shows: a summary that leads to the fields, errors beside them, what was typed kept."""

import re

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from common.ui.forms import LiaisonFormHelper


class SampleForm(forms.Form):
    title = forms.CharField(label="标题", max_length=10)
    channel = forms.ChoiceField(
        label="渠道", choices=[("a", "接待"), ("b", "走访")], widget=forms.RadioSelect
    )
    phone = forms.CharField(label="电话", required=False)

    def __init__(self, *args, **helper):
        super().__init__(*args)
        self.helper = LiaisonFormHelper(self, **helper)


@pytest.fixture
def shown():
    template = Template("{% load crispy_forms_tags %}{% crispy form %}")
    with translation.override("zh-hans"):
        yield lambda form: template.render(Context({"form": form, "csrf_token": "token"}))


def test_a_fresh_form_shows_no_error(shown):
    html = shown(SampleForm(draft="opinions-new", submit="登记", cancel_url="/opinions/"))
    assert "error-summary" not in html and "is-invalid" not in html
    assert 'data-draft-key="opinions-new"' in html
    assert "novalidate" in html and 'method="post"' in html
    assert re.search(r'<button type="submit"[^>]*>登记</button>', html)
    assert 'href="/opinions/"' in html


def test_each_error_of_the_summary_leads_to_a_field_that_exists(shown):
    html = shown(SampleForm({"title": "", "phone": "138"}))
    links = re.findall(r'<a href="#([^"]+)">', html)
    assert len(links) == 2
    for link in links:
        assert f'id="{link}"' in html


def test_errors_stand_beside_the_field_and_are_announced_with_it(shown):
    html = shown(SampleForm({"title": "", "channel": "a"}))
    assert 'id="id_title_error"' in html
    assert re.search(r'<input[^>]*name="title"[^>]*aria-describedby="[^"]*id_title_error', html)


def test_what_was_typed_is_kept(shown):
    html = shown(SampleForm({"title": "饮水管道冬季冻裂请尽快更换", "phone": "<b>138"}))
    assert "饮水管道冬季冻裂请尽快更换" in html
    assert "&lt;b&gt;138" in html


def test_an_error_of_the_whole_form_is_in_the_summary(shown):
    form = SampleForm({"title": "甲", "channel": "a"})
    form.add_error(None, "两处不一致")
    assert "两处不一致" in shown(form).split("</ul>")[0]


def test_a_page_may_write_its_own_form_tag(shown):
    html = shown(SampleForm(form_tag=False))
    assert "<form" not in html and "<button" not in html

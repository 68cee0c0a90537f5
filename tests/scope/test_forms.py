"""Forms and Django's administration, as another county's people send and ask them: a foreign thing is neither taken nor
told of. What is no form's field, the walk over the addresses tries (test_walk.py)."""

import pytest
from django.contrib import admin
from django.urls import reverse
from lxml import html

from studios.models import Role
from tests.conftest import person
from tests.scope.test_walk import PUBLIC, addresses, leaks, without
from tests.scope.typed import filled
from tests.scope.walk import ask, session_of

pytestmark = pytest.mark.django_db

# Field → what of 吉首市 it may name.
NAMES = {
    "township": "township", "studio": "studio", "deputy": "deputy", "deputies": "deputy", "agency": "agency",
    "lead_agency": "agency", "joint_agencies": "agency", "suggested_agency": "agency", "activity": "activity",
    "county": "county", "opinion": "number", "into": "number", "related": "number", "of": "number", "parts": "number",
    "topic": "topic", "term": "term", "mandate": "mandate", "user": "user", "photo": "photo", "letter": "letter",
    "targets": "number", "chosen": "number", "numbers": "number", "successor": "township", "to": "township",
    "from": "township", "units": "township", "stands_in_for": "deputy", "by": "user", "agencies": "agency",
}  # fmt: skip


def forms_of(session, url):
    """(address, what is sent, its fields that name something) of each form on the page."""
    page = ask(session, url)
    if (
        page.status != 200
        or not page.text.strip()
        or not page.headers["Content-Type"].startswith("text/html")
    ):
        return
    for form in html.fromstring(page.text).iter("form"):
        sent = filled(form, lambda name, length: "字"[:length])
        names = {field.get("name") for field in form.xpath(".//select | .//input") if field.get("name")}
        method = (form.get("method") or "get").lower()
        if method == "post" and "logout" not in (form.get("action") or ""):
            yield (form.get("action") or url), sent, sorted(name for name in names if _bare(name) in NAMES)


def _bare(name: str) -> str:
    """`form-0-agency`, of a set of forms, is an agency."""
    return name.rsplit("-", 1)[-1]


def values(stage, name) -> tuple[str, str]:
    of = NAMES[_bare(name)]
    foreign = {"township": "433101005", "agency": stage.office.transport.pk}.get(of) or getattr(stage, of)
    never = {"township": "433199005", "county": "433199", "number": "433101-2026-999999"}.get(of, "987654")
    return str(foreign), never


def test_a_foreign_thing_in_a_field_is_like_one_that_never_was(stage):
    who = "stranger_officer"
    session, wrong, tried, seen = stage.people[who], [], 0, set()
    for name, url, _never in addresses(stage):
        if name.startswith(PUBLIC):
            continue  # of 吉首市 itself, for everybody
        for action, sent, fields in forms_of(session, url):
            for field in fields:
                if (action, field) in seen:
                    continue
                seen.add((action, field))
                foreign, never = values(stage, field)
                one = ask(session, action, sent | {field: foreign})
                other = ask(session, action, sent | {field: never})
                tried += 1
                if one.status >= 500 or (one.status, without(one, foreign)) != (
                    other.status,
                    without(other, never),
                ):
                    wrong.append((who, action, field, one.status, other.status))
                elif found := leaks(stage, who, name, action, one):
                    wrong.append((who, action, field, found))
    assert not wrong
    assert tried >= 5, tried


def test_another_countys_administrator_learns_nothing_in_the_administration(stage):
    stranger = person("stranger_admin", "外县管理员", (Role.ADMINISTRATOR, {"area_code": "433123"}))
    session, wrong, opened = session_of(stranger), [], 0
    for model, shown in admin.site._registry.items():
        space = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        urls = [
            reverse(f"{space}_changelist"),
            reverse(f"{space}_changelist") + "?q=暗",
            reverse(f"{space}_add"),
        ]
        for pk in model._base_manager.values_list("pk", flat=True)[:5]:
            urls += [reverse(f"{space}_{page}", args=[pk]) for page in ("change", "delete", "history")]
        for field in shown.autocomplete_fields:
            label = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
            asked = "&".join(f"{key}={value}" for key, value in {**label, "field_name": field}.items())
            urls.append(f"{reverse('admin:autocomplete')}?{asked}&term=隐")
        for url in urls:
            answer = ask(session, url)
            opened += answer.status == 200
            if answer.status >= 500 or (found := leaks(stage, "stranger_officer", "admin", url, answer)):
                wrong.append((url, answer.status, found))
    assert not wrong
    assert opened >= 10, opened

"""The stage of the URL × role matrix, with more life on it and a word of its own in every text."""

from types import SimpleNamespace

import pytest

from deputies.models import Deputy
from opinions.models import Opinion
from studios.models import Role, Studio
from tests.conftest import person
from tests.opinions.story import NAME, reported
from tests.scope.marks import mark_all
from tests.scope.walk import session_of
from tests.url_stage import build

# Of 吉首市, by name; who works for the whole prefecture is known everywhere.
STAFF = {"吴文员", "石文员", "龙分流", "田承办", "向承办", "彭督办", "麻主任"}


@pytest.fixture
def stage(cast, office, settings, tmp_path):
    """`people`: one session of each kind for whom the matters of the stage do not exist, and of nobody (None);
    `matters`, `places`: the words that must not turn up."""
    settings.MEDIA_ROOT = tmp_path
    made = build(cast, office)
    reported(cast, office, keep_secret=True)
    beside = Studio.objects.create(code="jishou-beside", name="另一工作室", township=office.qianzhou)
    neighbour = person(
        "neighbour",
        "邻室文员",
        (Role.CLERK, {"studio": beside}),
        (Role.DEPUTY, {"area_code": office.qianzhou.pk}),
    )
    Deputy.objects.create(name="别的代表", township=office.qianzhou, user=neighbour)
    matters, places = mark_all()
    numbers = set(Opinion.objects.values_list("number", flat=True))
    names = ("stranger_officer", "other_handler", "administrator", "auditor")
    users = {name: getattr(cast, name) for name in names} | {"neighbour": neighbour}
    sessions = {name: session_of(user) for name, user in users.items()}
    return SimpleNamespace(
        **vars(made),
        people=sessions | {"anonymous": None},
        outsiders={"stranger_officer", "anonymous"},
        matters=matters | {NAME},
        places=(places | STAFF) - {office.jishou.name},
        numbers=numbers,
        office=office,
    )

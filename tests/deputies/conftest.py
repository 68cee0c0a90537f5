"""A studio with three deputies, and the clock on a Monday morning."""

from datetime import date
from types import SimpleNamespace

import pytest

from deputies.activities import services
from deputies.models import Deputy
from studios.pinyin import name_key
from tests.conftest import at

NOW = at("2026-11-23 09:00")
TODAY = date(2026, 11, 23)


def deputy(name, township, **more) -> Deputy:
    row = Deputy(name=name, township=township, **more)
    row.name_pinyin = name_key(row, person=True)
    row.save()
    return row


@pytest.fixture
def team(cast, office):
    """Three deputies of the studio in 乾州, the cast's own first; one next door in 凤凰."""
    return SimpleNamespace(
        yang=cast.as_deputy,
        shi=deputy("石代表", office.qianzhou, studio=office.studio),
        long=deputy("龙代表", office.qianzhou, studio=office.studio),
        stranger=deputy("沱江代表", office.tuojiang, studio=office.other_studio),
    )


@pytest.fixture
def shift(cast, office, team):
    """`shift(on, …)`: a reception shift of the studio, planned by its clerk."""

    def plan(on=date(2026, 12, 1), **more):
        facts = {"half": "morning", "room": "reception", "studio": office.studio, "deputies": [team.yang]}
        facts |= {"township": office.qianzhou, "by": cast.clerk, "at": NOW}
        return services.plan(on=on, **facts | more)

    return plan

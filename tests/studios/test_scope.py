"""The one scope rule: no membership, no rows; prefixes nest; a wider membership is never narrowed."""

import pytest

from deputies.models import Deputy
from studios.models import Agency, County, Membership, Role, Studio, Township, Village
from studios.permissions.scope import Scope, area_q, roles_over, scope_of
from tests.conftest import person


def seen(model, user, *roles):
    return set(model.objects.visible_to(user, *roles).values_list("name", flat=True))


@pytest.fixture
def deputies(office):
    make = Deputy.objects.create
    make(name="乾州代表", township=office.qianzhou, studio=office.studio)
    make(name="镇溪代表", township=office.zhenxi)
    make(name="沱江代表", township=office.tuojiang, studio=office.other_studio)


def test_no_membership_no_rows(office, deputies):
    nobody = person("nobody", "无角色")
    for model in (County, Township, Village, Studio, Agency, Deputy):
        assert not model.objects.visible_to(nobody).exists(), model


def test_a_township_sees_itself_and_names_its_county(office, deputies):
    user = person("u", "人", (Role.CLERK, {"area_code": "433101005"}))
    assert seen(Township, user) == {"乾州街道"}
    assert seen(County, user) == {"吉首市"}
    assert seen(Studio, user) == {"乾州代表工作室"}
    assert seen(Deputy, user) == {"乾州代表"}
    assert seen(Agency, user) == {"吉首市交通运输局", "吉首市生态环境局"}


def test_a_county_sees_all_of_itself_and_nothing_next_door(office, deputies):
    user = person("u", "人", (Role.TRIAGE_OFFICER, {"area_code": "433101"}))
    assert seen(Township, user) == {"乾州街道", "镇溪街道"}
    assert seen(Deputy, user) == {"乾州代表", "镇溪代表"}
    assert seen(Studio, user) == {"乾州代表工作室"}


def test_a_prefecture_sees_its_counties(office, deputies):
    user = person("u", "人", (Role.SUPERVISOR, {"area_code": "4331"}))
    assert seen(County, user) == {"吉首市", "凤凰县"}
    assert seen(Deputy, user) == {"乾州代表", "镇溪代表", "沱江代表"}
    assert not seen(County, person("v", "人", (Role.SUPERVISOR, {"area_code": "4301"})))


def test_a_wider_membership_is_not_narrowed_by_one_beside_it(office, deputies):
    wide, narrow = (Role.SUPERVISOR, {"area_code": "4331"}), (Role.CLERK, {"area_code": "433101005"})
    for name, memberships in {"a": [wide, narrow], "b": [narrow, wide]}.items():
        user = person(name, "人", *memberships)
        assert seen(County, user) == {"吉首市", "凤凰县"}
        assert seen(Studio, user) == {"乾州代表工作室", "沱江代表工作室"}


def test_two_narrow_memberships_add_up(office):
    user = person(
        "u", "人", (Role.CLERK, {"area_code": "433101005"}), (Role.CLERK, {"area_code": "433123100"})
    )
    assert seen(Township, user) == {"乾州街道", "沱江镇"}


def test_a_membership_over_a_studio(office, deputies):
    user = person("u", "人", (Role.CLERK, {"studio": office.studio}))
    Studio.objects.create(code="second", name="乾州第二工作室", township=office.qianzhou)
    assert seen(Studio, user) == {"乾州代表工作室"}
    assert seen(Deputy, user) == {"乾州代表"}


def test_a_membership_over_an_agency(office):
    user = person("u", "人", (Role.HANDLER, {"agency": office.transport}))
    assert seen(Agency, user) == {"吉首市交通运输局"}
    assert seen(Township, user) == {"乾州街道", "镇溪街道"}


def test_a_role_counts_only_over_its_own_rows(office):
    user = person(
        "u", "人", (Role.SUPERVISOR, {"area_code": "433101"}), (Role.CLERK, {"area_code": "433123100"})
    )
    held = {row.name: roles_over(row) for row in Township.objects.visible_to(user).with_roles(user)}
    assert held == {"乾州街道": {"supervisor"}, "镇溪街道": {"supervisor"}, "沱江镇": {"clerk"}}
    assert seen(Township, user, Role.SUPERVISOR) == {"乾州街道", "镇溪街道"}
    assert seen(Township, user, Role.AUDITOR) == set()


def test_list_and_role_check_never_disagree(cast):
    for user in vars(cast).values():
        if not hasattr(user, "memberships"):
            continue
        visible = set(Township.objects.visible_to(user).values_list("pk", flat=True))
        with_a_role = {row.pk for row in Township.objects.with_roles(user) if roles_over(row)}
        assert visible == with_a_role, user.username


def test_an_inactive_person_has_no_scope(office):
    user = person("u", "人", (Role.SUPERVISOR, {"area_code": "4331"}))
    user.is_active = False
    assert scope_of(user).roles == set()
    assert not Township.objects.visible_to(user).exists()


def test_an_empty_prefix_covers_nothing(office):
    assert not Township.objects.filter(area_q("", county="county", township="code")).exists()


def test_the_memberships_are_read_once_a_request(office, django_assert_num_queries):
    user = person("u", "人", *[(Role.CLERK, {"area_code": code}) for code in ("433101005", "433101007")])
    Membership.objects.create(user=user, role=Role.CLERK, studio=office.studio)
    with django_assert_num_queries(1):
        scope = scope_of(user)
        scope.rows(Studio)
        scope_of(user).rows(Township)
        scope.prefixes(Role.CLERK)


def test_anonymous_has_no_scope(rf):
    from django.contrib.auth.models import AnonymousUser

    assert Scope(AnonymousUser()).memberships == []

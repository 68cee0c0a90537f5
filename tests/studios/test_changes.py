"""Mergers, renamings and splits: what moves, what stays, what is refused, and that it happens once and wholly."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from deputies.models import Activity, Deputy
from opinions.models import Opinion
from opinions.workflow import register
from studios.areas import change_handlers, changes
from studios.areas.changes import Decree, NewUnit
from studios.errors import Refused, Stale
from studios.models import AreaChange, County, Membership, Role, Studio, Township, Village
from tests.conftest import person

DAY = date(2026, 9, 1)
MOVED = {
    "villages": 1,
    "studios": 1,
    "homes": 1,
    "memberships": 3,
    "deputies": 1,
    "activities": 1,
    "opinions": 1,
}


@pytest.fixture
def stage(cast, office):
    """乾州 has one of everything; 镇溪 will take it over."""
    office.village = Village.objects.create(code="433101005001", township=office.qianzhou, name="小溪社区")
    office.home = Studio.objects.create(
        code="home", kind="home", name="小溪代表之家", township=office.qianzhou, village=office.village,
        belongs_to=office.studio,
    )  # fmt: skip
    told = {"township": office.qianzhou, "studio": office.studio, "channel": "visit", "body": "请修"}
    office.open = register.register(by=cast.clerk, title="路灯不亮", **told)
    ended = register.register(by=cast.clerk, title="自己撤回", **told)
    office.ended = register.withdraw(ended.number, by=cast.clerk, reason="已解决")
    Membership.objects.create(user=cast.deputy, role=Role.CLERK, area_code="433101005")
    office.shift = shift(office.studio, date(2027, 3, 1))
    office.held = shift(office.studio, date(2026, 3, 2), state="held", people_met=3)
    return office


def shift(studio, on, **facts) -> Activity:
    activity = Activity(
        studio=studio,
        township=studio.township,
        county_id=studio.township.county_id,
        made_at=timezone.now(),
        **facts,
    )
    activity.takes(on, "morning")
    activity.save()
    return activity


def decree(by, number="湘民行发〔2026〕1号", on=DAY):
    return Decree(number, on, by)


def merged(cast, **more):
    wanted = {
        "county": "433101",
        "away": ["433101005"],
        "to": "433101007",
        "decree": decree(cast.administrator),
    }
    return changes.merge(**wanted | more)


def again(user) -> User:
    """As in the next request: what they may see is read anew."""
    return User.objects.get(pk=user.pk)


class TestMerge:
    def test_everything_follows_and_the_past_keeps_its_names(self, cast, stage):
        change = merged(cast)
        assert change.moved == MOVED
        old = Township.objects.get(pk="433101005")
        assert (old.name, old.valid_to, old.successor_id) == ("乾州街道", DAY, "433101007")
        for model, pk in [(Studio, stage.studio.pk), (Studio, stage.home.pk), (Deputy, cast.as_deputy.pk),
                          (Village, stage.village.pk)]:  # fmt: skip
            assert model.objects.get(pk=pk).township_id == "433101007"
        coming, held = (Activity.objects.get(pk=one.pk) for one in (stage.shift, stage.held))
        assert (coming.township_id, held.township_id) == ("433101007", "433101005")
        moved, stayed = (Opinion.objects.get(pk=one.pk) for one in (stage.open, stage.ended))
        assert (moved.number, moved.township_id) == (stage.open.number, "433101007")
        assert stayed.township_id == "433101005", "what has ended keeps the township of its day"
        last = moved.events.order_by("sequence").last()
        assert (last.action, last.data["from_name"], last.data["why"]["decree"]) == (
            "move", "乾州街道", "湘民行发〔2026〕1号",
        )  # fmt: skip
        assert [unit["name"] for unit in change.before] == ["乾州街道", "镇溪街道"]

    def test_the_successors_people_reach_all_of_it_old_records_too(self, client, cast, stage):
        heir = person("heir", "镇溪文员", (Role.CLERK, {"area_code": "433101007"}))
        assert not Opinion.objects.visible_to(heir).exists()
        merged(cast)
        for user in (again(heir), again(cast.clerk)):
            assert set(Opinion.objects.visible_to(user)) == {stage.open, stage.ended}
        client.force_login(heir)
        assert client.get(reverse("opinions:detail", args=[stage.ended.number])).status_code == 200
        register_again = client.get(reverse("opinions:new")).context["form"].offered
        assert [unit.pk for unit in register_again] == ["433101007"], (
            "nothing new is written down in what has ended"
        )

    def test_who_holds_both_holds_one(self, cast, stage):
        Membership.objects.create(user=cast.clerk, role=Role.CLERK, area_code="433101007")
        merged(cast)
        assert [m.area_code for m in cast.clerk.memberships.all()] == ["433101007"]

    def test_into_a_new_unit(self, cast, stage):
        change = merged(cast, away=["433101005", "433101007"], to=NewUnit("433101009", "乾溪镇"))
        unit = Township.objects.get(pk="433101009")
        assert (unit.kind, unit.valid_from) == ("town", DAY)
        assert set(unit.predecessors.values_list("pk", flat=True)) == {"433101005", "433101007"}
        assert [one["name"] for one in change.after] == ["乾溪镇"]

    def test_a_second_merger_carries_the_first_along(self, cast, stage):
        merged(cast)
        merged(
            cast,
            away=["433101007"],
            to=NewUnit("433101009", "乾溪镇"),
            decree=decree(cast.administrator, "2号", date(2026, 10, 1)),
        )
        assert {t.successor_id for t in Township.objects.filter(pk__in=["433101005", "433101007"])} == {
            "433101009"
        }
        assert set(Opinion.objects.visible_to(again(cast.clerk))) == {stage.open, stage.ended}

    def test_entered_twice_it_is_done_once(self, cast, stage):
        first = merged(cast)
        assert merged(cast) == first
        assert AreaChange.objects.count() == 1
        assert Opinion.objects.get(pk=stage.open.pk).events.filter(action="move").count() == 1

    def test_what_was_not_in_the_preview_is_not_done(self, cast, stage):
        seen = changes.fingerprint(change_handlers.Move(("433101005",), None))
        Deputy.objects.create(name="新代表", township=stage.qianzhou)
        with pytest.raises(Stale):
            merged(cast, expect=seen)
        assert not AreaChange.objects.exists() and not Township.objects.exclude(valid_to=None).exists()

    def test_if_one_handler_fails_nothing_has_moved(self, cast, stage):
        def fails(move, *, at, by, why):
            raise RuntimeError("no")

        broken = change_handlers.ChangeHandler("late", "late", change_handlers._villages, fails)
        change_handlers.HANDLERS.append(broken)
        try:
            with pytest.raises(RuntimeError):
                merged(cast)
        finally:
            change_handlers.HANDLERS.remove(broken)
        assert not Township.objects.exclude(valid_to=None).exists()
        assert Opinion.objects.get(pk=stage.open.pk).township_id == "433101005"
        assert Studio.objects.get(pk=stage.studio.pk).township_id == "433101005"

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"away": []}, "away"),
            ({"away": ["433101005", "433101007"]}, "to"),
            ({"to": "433123100"}, "to"),
            ({"away": ["433123100"]}, "away"),
            ({"to": "433101400"}, "to"),
            ({"away": ["433101400"]}, "away"),
            ({"to": "433101206"}, "to"),
            ({"to": NewUnit("433123299", "外县镇")}, "code"),
            ({"to": NewUnit("433101000", "零镇")}, "code"),
            ({"to": NewUnit("433101007", "重码镇")}, "code"),
            ({"to": NewUnit("433101009", "某某林场")}, "name"),
            ({"to": NewUnit("433101009", "镇溪街道")}, "name"),
        ],
    )
    def test_nonsense_is_refused_and_said_where(self, cast, stage, more, field):
        """Across counties, forestry stations, ended successors, itself, codes and names that are none or taken."""
        Township.objects.create(
            code="433101400", county=stage.jishou, name="军亭界林场", kind="other", counted=False
        )
        Township.objects.create(
            code="433101206", county=stage.jishou, name="白岩乡", kind="township", valid_to=date(2020, 1, 1)
        )
        with pytest.raises(Refused) as refused:
            merged(cast, **more)
        assert refused.value.field == field
        assert not AreaChange.objects.exists()

    def test_a_day_in_the_future_and_one_before_its_beginning_are_refused(self, cast, stage):
        with pytest.raises(Refused):
            merged(cast, decree=decree(cast.administrator, on=date(2099, 1, 1)))
        Township.objects.filter(pk="433101007").update(valid_from=date(2026, 9, 2))
        with pytest.raises(Refused):
            merged(cast)
        with pytest.raises(Refused):
            merged(cast, decree=decree(cast.administrator, number=" "))

    def test_only_an_administrator_of_the_whole_county(self, cast, stage):
        for who in ("clerk", "official", "supervisor", "auditor"):
            with pytest.raises(PermissionDenied):
                merged(cast, decree=decree(getattr(cast, who)))
        near = person("near", "镇管理员", (Role.ADMINISTRATOR, {"area_code": "433101005"}))
        far = person("far", "县管理员", (Role.ADMINISTRATOR, {"area_code": "433123"}))
        for user in (near, far):
            with pytest.raises(County.DoesNotExist):
                merged(cast, decree=decree(user))


class TestRenameAndSplit:
    def test_records_keep_the_name_of_their_day(self, cast, stage):
        changes.rename(
            county="433101", township="433101005", name="乾州镇", decree=decree(cast.administrator)
        )
        unit = Township.objects.get(pk="433101005")
        assert (unit.name, unit.kind) == ("乾州镇", "town")
        assert unit.name_on(date(2026, 8, 31)) == "乾州街道"
        assert unit.name_on(DAY) == "乾州镇"
        changes.rename(
            county="433101",
            township="433101005",
            name="新乾州镇",
            decree=decree(cast.administrator, "2号", date(2026, 10, 1)),
        )
        unit.refresh_from_db()
        assert [unit.name_on(date(2026, month, 15)) for month in (8, 9, 10)] == [
            "乾州街道",
            "乾州镇",
            "新乾州镇",
        ]

    def test_a_name_that_is_taken_or_no_townships_is_refused(self, cast, stage):
        for name in ("乾州街道", "镇溪街道", "乾州林场"):
            with pytest.raises(Refused):
                changes.rename(
                    county="433101", township="433101005", name=name, decree=decree(cast.administrator)
                )

    def test_a_split_takes_what_was_chosen_and_leaves_the_rest(self, cast, stage):
        other = Studio.objects.create(code="stays", name="留下的工作室", township=stage.qianzhou)
        change = changes.split(
            county="433101", township="433101005", new=NewUnit("433101009", "小溪镇"),
            studios=[stage.studio.pk], villages=[stage.village.pk], accounts=[cast.clerk.pk],
            decree=decree(cast.administrator),
        )  # fmt: skip
        new = "433101009"
        assert {s.pk: s.township_id for s in Studio.objects.exclude(pk=stage.other_studio.pk)} == {
            stage.studio.pk: new, stage.home.pk: new, other.pk: "433101005",
        }  # fmt: skip
        assert Opinion.objects.get(pk=stage.open.pk).township_id == new
        assert Opinion.objects.get(pk=stage.ended.pk).township_id == "433101005"
        assert Deputy.objects.get(pk=cast.as_deputy.pk).township_id == new
        assert sorted(m.area_code for m in cast.clerk.memberships.all()) == ["433101005", new]
        assert Township.objects.get(pk="433101005").valid_to is None
        assert change.moved["memberships"] == 1


class TestWizard:
    url = "/studios/townships/merge/"

    def typed(self, **more):
        return {
            "county": "433101",
            "away": ["433101005"],
            "to": "433101007",
            "on": "2026-09-01",
            "decree": "1号",
        } | more

    def test_choose_look_confirm(self, client, cast, stage):
        client.force_login(cast.administrator)
        assert "吉首市" in client.get(self.url).content.decode()
        assert "乾州街道" in client.get(self.url, {"county": "433101"}).content.decode()
        seen = client.post(self.url, self.typed())
        assert {str(one.label): one.count for one in seen.context["shown"]} == {
            "村（社区）": 1, "代表工作室": 1, "代表之家": 1, "用户的角色范围": 3, "代表": 1, "尚未举行的代表活动": 1,
            "未办结意见": 1,
        }  # fmt: skip
        text = seen.content.decode()
        assert "乾州代表工作室" in text and "杨代表" in text
        assert "路灯不亮" not in text, "an administrator reads no citizen's words"
        assert not AreaChange.objects.exists(), "looking changes nothing"
        done = client.post(self.url, self.typed(confirm="1", expect=seen.context["expect"]))
        change = AreaChange.objects.get()
        assert done.url == reverse("studios:change", args=[change.pk])
        assert "湘" not in change.decree and change.by == cast.administrator
        text = client.get(done.url).content.decode()
        assert "划转1个" in text and "乾州街道" in text
        again = client.post(self.url, self.typed(confirm="1", expect=seen.context["expect"]))
        assert AreaChange.objects.count() == 1 and again.url == done.url, "a second click"

    def test_what_changed_since_the_preview_is_shown_again(self, client, cast, stage):
        client.force_login(cast.administrator)
        expect = client.post(self.url, self.typed()).context["expect"]
        Deputy.objects.create(name="后来的代表", township=stage.qianzhou)
        answer = client.post(self.url, self.typed(confirm="1", expect=expect))
        assert answer.status_code == 409 and "后来的代表" in answer.content.decode()
        assert not AreaChange.objects.exists()

    def test_nonsense_comes_back_beside_its_field_with_what_was_typed(self, client, cast, stage):
        client.force_login(cast.administrator)
        answer = client.post(self.url, self.typed(to="433101005"))
        assert (answer.status_code, "to" in answer.context["form"].errors) == (422, True)
        answer = client.post(self.url, self.typed(code="433101009", name="双份镇", on="2099-01-01"))
        assert answer.status_code == 422 and {"to", "on"} <= set(answer.context["form"].errors)
        assert "双份镇" in answer.content.decode()

    def test_another_county_does_not_exist(self, client, cast, stage):
        near = person("near", "县管理员", (Role.ADMINISTRATOR, {"area_code": "433123"}))
        client.force_login(near)
        assert client.post(self.url, self.typed()).status_code in (404, 422)
        client.force_login(cast.administrator)
        assert client.get(self.url, {"county": "430101"}).status_code == 404

    def test_renaming_and_splitting_go_the_same_way(self, client, cast, stage):
        client.force_login(cast.administrator)
        typed = {
            "county": "433101",
            "township": "433101005",
            "name": "乾州镇",
            "on": "2026-09-01",
            "decree": "3号",
        }
        assert client.post("/studios/townships/rename/", typed).status_code == 200
        client.post("/studios/townships/rename/", typed | {"confirm": "1"})
        assert Township.objects.get(pk="433101005").name == "乾州镇"
        split = {
            **typed,
            "name": "小溪镇",
            "code": "433101009",
            "studios": [stage.studio.pk],
            "decree": "4号",
        }
        seen = client.post("/studios/townships/split/", split)
        assert seen.status_code == 200, seen.context["form"].errors
        client.post("/studios/townships/split/", split | {"confirm": "1", "expect": seen.context["expect"]})
        assert Studio.objects.get(pk=stage.studio.pk).township_id == "433101009"

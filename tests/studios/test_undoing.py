"""A wrong merger undone: everything goes back as if it had never been merged, once, and the people are told."""

from datetime import date

import pytest
from django.urls import reverse

from deputies.models import Activity, Deputy, DeputyFormerTownship
from notifications.models import Message
from opinions.models import Opinion
from opinions.workflow import register
from reports.studios.figures import AsOf, count_studios
from studios.areas import changes, undoing
from studios.areas.changes import NewUnit
from studios.errors import Refused, Stale
from studios.models import AreaChange, Membership, Role, Studio, StudioFormerTownship, Township, Village
from tests.conftest import person
from tests.studios.test_changes import again, decree, merged, shift, stage  # noqa: F401

OLD, HEIR = "433101005", "433101007"


def everywhere(stage):
    """Where everything of the stage lies, and who looks after what."""
    rows = [Village, Studio, Deputy, Activity, Opinion]
    held = Membership.objects.exclude(area_code="").values_list("user__username", "role", "area_code")
    return [sorted(model.objects.values_list("pk", "township")) for model in rows] + [sorted(held)]


def undone(change, cast, **more):
    wanted = {"by": cast.administrator, "reason": "录入错误"}
    return undoing.undo(change, **wanted | more)


class TestUndo:
    def test_all_is_as_before_and_the_old_code_is_in_force_again(self, cast, stage):
        both = person("both", "两镇文员", (Role.CLERK, {"area_code": OLD}), (Role.CLERK, {"area_code": HEIR}))
        before = everywhere(stage)
        change = merged(cast)
        assert everywhere(stage) != before
        done = undone(change, cast)
        assert everywhere(stage) == before
        assert (done.kind, done.decree, done.undoes) == ("undo", "录入错误", change)
        assert str(done).endswith("镇溪街道 → 乾州街道、镇溪街道")
        unit = Township.objects.get(pk=OLD)
        assert (unit.valid_to, unit.successor) == (None, None)
        assert set(Opinion.objects.visible_to(again(cast.clerk))) == {stage.open, stage.ended}
        assert {m.area_code for m in both.memberships.all()} == {OLD, HEIR}
        events = Opinion.objects.get(pk=stage.open.pk).events.order_by("sequence")
        assert [(e.data["from"], e.data["to"]) for e in events if e.action == "move"] == [
            (OLD, HEIR), (HEIR, OLD),
        ]  # fmt: skip

    def test_figures_of_the_days_between_are_as_if_nothing_had_happened(self, cast, stage):
        days = [date(2026, 8, 15), date(2026, 9, 15), date(2026, 11, 15)]

        def figures():
            return [count_studios(again(cast.official), AsOf(day), by="township") for day in days]

        before = figures()
        change = merged(cast)
        assert figures() != before
        undone(change, cast)
        assert figures() == before
        assert not StudioFormerTownship.objects.exists() and not DeputyFormerTownship.objects.exists()

    def test_what_its_studios_took_in_since_goes_with_them_the_rest_stays(self, cast, stage):
        change = merged(cast)
        heir = Township.objects.get(pk=HEIR)
        told = {"township": heir, "channel": "visit", "body": "请修"}
        theirs = register.register(
            by=again(cast.clerk), title="经工作室", studio=Studio.objects.get(pk=stage.studio.pk), **told
        )
        other = register.register(by=again(cast.clerk), title="直接来", **told)
        held = shift(Studio.objects.get(pk=stage.studio.pk), date(2099, 1, 4))
        newcomer = Deputy.objects.create(name="新代表", township=heir)
        joined = person("joined", "后来的文员", (Role.CLERK, {"area_code": HEIR}))
        undone(change, cast)
        assert Opinion.objects.get(pk=theirs.pk).township_id == OLD
        assert Opinion.objects.get(pk=other.pk).township_id == HEIR
        assert Activity.objects.get(pk=held.pk).township_id == OLD
        assert Deputy.objects.get(pk=newcomer.pk).township_id == HEIR
        assert [m.area_code for m in joined.memberships.all()] == [HEIR]

    def test_what_moved_on_since_stays_where_it_went(self, cast, stage):
        change = merged(cast)
        changes.split(
            county="433101", township=HEIR, new=NewUnit("433101009", "小溪镇"), studios=[stage.studio.pk],
            decree=decree(cast.administrator, "2号", date(2026, 10, 1)),
        )  # fmt: skip
        undone(change, cast)
        assert Studio.objects.get(pk=stage.studio.pk).township_id == "433101009"
        assert Village.objects.get(pk=stage.village.pk).township_id == OLD

    def test_a_unit_that_the_merger_made_ends_and_its_code_is_free_again(self, cast, stage):
        before = everywhere(stage)
        new = {"away": [OLD, HEIR], "to": NewUnit("433101009", "乾溪镇")}
        change = merged(cast, **new)
        newcomer = Deputy.objects.create(name="新代表", township_id="433101009")
        with pytest.raises(Refused) as refused:
            undone(change, cast)
        assert refused.value.field == "rest"
        undone(change, cast, rest=HEIR)
        assert Deputy.objects.get(pk=newcomer.pk).township_id == HEIR
        newcomer.delete()
        assert everywhere(stage) == before
        unit = Township.objects.get(pk="433101009")
        assert (unit.successor_id, unit.valid_to) == (HEIR, date(2026, 9, 1))
        assert not Township.objects.on(date(2026, 9, 15)).filter(pk=unit.pk).exists()
        merged(cast, **new | {"away": [OLD]})
        assert list(Township.objects.current().filter(pk__in=[OLD, HEIR, unit.pk]).values_list("pk", flat=True)) == [
            HEIR, unit.pk,
        ]  # fmt: skip

    def test_earlier_mergers_are_given_back_with_it(self, cast, stage):
        first = merged(cast)
        second = merged(
            cast, away=[HEIR], to=NewUnit("433101009", "乾溪镇"),
            decree=decree(cast.administrator, "2号", date(2026, 10, 1)),
        )  # fmt: skip
        with pytest.raises(Refused, match="镇"):
            undone(first, cast)
        undone(second, cast, rest=HEIR)
        assert Township.objects.get(pk=OLD).successor_id == HEIR
        undone(AreaChange.objects.get(pk=first.pk), cast)
        assert Township.objects.get(pk=OLD).valid_to is None

    def test_once_however_often_and_entered_anew_it_is_a_merger_again(self, cast, stage):
        change = merged(cast)
        done = undone(change, cast)
        assert undone(change, cast) == done
        with pytest.raises(Refused):
            undone(done, cast)
        assert merged(cast) != change
        assert Studio.objects.get(pk=stage.studio.pk).township_id == HEIR

    def test_what_was_not_kept_is_refused(self, cast, stage):
        old = AreaChange.objects.create(
            county=stage.jishou, kind="merge", on=date(2015, 12, 1), decree="1号", at=stage.open.registered_at,
            before=[], after=[{"code": HEIR, "name": "镇溪街道"}],
        )  # fmt: skip
        with pytest.raises(Refused):
            undone(old, cast)


class TestTold:
    def test_the_people_of_both_and_of_the_county_are_told_of_merger_and_undoing(self, cast, stage):
        heir = person("heir", "镇溪文员", (Role.CLERK, {"area_code": HEIR}))
        far = person("far", "外县文员", (Role.CLERK, {"area_code": "433123100"}))
        undone(merged(cast), cast)
        for user in (cast.clerk, heir, cast.officer):
            subjects = Message.objects.filter(recipient=user, key__startswith="township/").order_by("pk")
            assert [one.subject for one in subjects] == [
                "撤并: 乾州街道、镇溪街道 → 镇溪街道",
                "撤销撤并: 镇溪街道 → 乾州街道、镇溪街道",
            ], user
        for user in (far, cast.administrator):
            assert not Message.objects.filter(recipient=user, key__startswith="township/").exists()


class TestPage:
    def test_look_then_undo(self, client, cast, stage):
        change = merged(cast)
        client.force_login(cast.administrator)
        assert "撤销这次撤并" in client.get(reverse("studios:change", args=[change.pk])).content.decode()
        url = reverse("studios:undo_change", args=[change.pk])
        seen = client.get(url)
        text = seen.content.decode()
        assert "划回乾州街道" in text and "乾州代表工作室" in text and "路灯不亮" not in text
        assert client.post(url, {"reason": "", "expect": seen.context["expect"]}).status_code == 422
        typed = {"reason": "录入错误", "expect": seen.context["expect"]}
        done = client.post(url, typed)
        undo = AreaChange.objects.get(kind="undo")
        assert done.url == reverse("studios:change", args=[undo.pk])
        assert client.post(url, typed).url == done.url, "a second click"
        assert "录入错误" in client.get(reverse("studios:change", args=[change.pk])).content.decode()
        assert "已撤销" in client.get(reverse("studios:changes")).content.decode()

    def test_what_changed_since_the_page_was_opened_is_shown_again(self, client, cast, stage):
        change = merged(cast)
        client.force_login(cast.administrator)
        url = reverse("studios:undo_change", args=[change.pk])
        expect = client.get(url).context["expect"]
        Studio.objects.filter(pk=stage.home.pk).update(township=OLD)
        with pytest.raises(Stale):
            undone(change, cast, expect=expect)
        answer = client.post(url, {"reason": "录入错误", "expect": expect})
        assert answer.status_code == 409 and "录入错误" in answer.content.decode()
        assert not AreaChange.objects.filter(kind="undo").exists()


def test_the_dashboard_says_how_figures_of_merged_townships_are_split(client, cast, stage):
    words = "本地区有乡镇撤并"
    client.force_login(cast.official)
    page = reverse("reports:dashboard") + "?county=433101"
    assert words not in client.get(page).content.decode()
    change = merged(cast)
    assert words in client.get(page).content.decode()
    undone(change, cast)
    assert words not in client.get(page).content.decode()

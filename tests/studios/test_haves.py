"""Five haves: what is ticked off, what is computed, who takes it where, and what an inspection leaves behind."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessRecord
from notifications.models import Message
from opinions.workflow import report_back
from reports.activities import sessions
from reports.studios import assessments as reporting
from reports.studios.assessments import remind_of_findings, remind_of_reviews
from studios.assessments import findings, measures, services
from studios.assessments.measures import Line, Measurement
from studios.errors import Refused, Stale
from studios.models import (
    Assessment,
    AssessmentItem,
    AssessmentStep,
    Check,
    CountyChoice,
    Finding,
    Role,
    Studio,
)
from studios.models.assessment_states import ACTIONS, State
from tests.conftest import at, person
from tests.opinions.story import reported

MEASURED = {
    "first": "2026-01-01", "last": "2026-12-31", "sessions_held": 3, "sessions_published": 2, "sessions_planned": 2,
}  # fmt: skip
ALL = {"premises", "facilities", "rules", "schedule", "results"}


def ticks(assessment, met=True):
    return {row.pk: {"met": met} for row in assessment.checks.all()}


def begun(cast, office, met=True) -> Assessment:
    assessment = services.open_assessment(office.studio.pk, by=cast.studio_clerk)
    return services.check(assessment.pk, by=cast.studio_clerk, ticks=ticks(assessment, met))


def inspected(cast, office, **more) -> Assessment:
    pk = begun(cast, office).pk
    services.submit(pk, by=cast.studio_clerk)
    services.confirm(pk, by=cast.clerk)
    return services.inspect(pk, by=cast.supervisor, **more)


def published(cast, office, **more) -> Assessment:
    return services.publish(inspected(cast, office, **more).pk, by=cast.official, note="按记录")


def met(assessment) -> set:
    return {have for have, _label, there in assessment.verdicts if there}


@pytest.fixture
def busy(monkeypatch):
    """Sessions as the records of activities would give them."""
    held = sessions.Sessions(planned=24, published=24, held=23, kept=23)
    monkeypatch.setattr(reporting, "sessions_of", lambda ids, first, last: dict.fromkeys(ids, held))


def satisfied(cast, office, times):
    for _n in range(times):
        number = reported(cast, office).number
        report_back.call_back(number, by=cast.clerk, reached=True, note="满意")
        report_back.evaluate(number, by=cast.clerk, satisfaction="satisfied", how="phone")


def test_perfect_paper_without_work_fails_schedule_and_results_and_says_why(client, cast, office):
    assessment = published(cast, office)
    assert met(assessment) == {"premises", "facilities", "rules"}
    client.force_login(cast.official)
    page = client.get(reverse("studios:assessment", args=[assessment.pk]))
    lines = {line.measure: line for _h, _l, _m, lines in page.context["computed"] for line in lines}
    assert (lines["sessions"].numerator, lines["sessions"].bound, lines["sessions"].met) == (0, 12, False)
    assert (lines["taken"].numerator, lines["taken"].bound, lines["taken"].met) == (0, 6, False)
    text = page.content.decode()
    for words in ["举行接待场次", "不少于12", "登记群众意见", "不少于6", "未达到"]:
        assert words in text


def test_what_was_not_yet_measured_then_is_shown_as_a_dash(client, cast, office):
    """Assessments of before trainings were counted keep their numbers; a phone names each cell by its own heading."""
    assessment = published(cast, office)
    del assessment.measured["learning_held"]
    assessment.save()
    client.force_login(cast.official)
    text = client.get(reverse("studios:assessment", args=[assessment.pk])).content.decode()
    row = text.split("组织培训和交流次数")[1].split("</tr>")[0]
    assert 'data-label="记录结果">—</td>' in row and "None" not in row
    assert 'data-label="是否达到"' in row and "人次" not in row


def test_work_is_measured_from_the_records_and_its_arithmetic_kept(cast, office, busy):
    satisfied(cast, office, 5)
    reported(cast, office)
    assessment = published(cast, office)
    assert met(assessment) == ALL and assessment.meets_all
    measured = Measurement.from_numbers(assessment.measured)
    assert (measured.opinions_taken, measured.closed, measured.closed_on_time) == (6, 5, 5)
    assert (measured.satisfied, measured.evaluated) == (5, 5)
    assert (measured.called_back, measured.reported_back) == (5, 6)
    assert (measured.sessions_held, measured.sessions_published) == (23, 24)
    assert (measured.last - measured.first).days == 364


def test_opinions_of_another_studio_and_of_long_ago_do_not_count(cast, office, busy):
    other = Studio.objects.create(code="other", name="另一个", township=office.qianzhou)
    reported(cast, office, studio=other)
    reported(cast, office)
    today = timezone.localdate()
    assert measures.measure([office.studio.pk], today)[office.studio.pk].opinions_taken == 1
    later = today + timedelta(days=400)
    assert measures.measure([office.studio.pk], later)[office.studio.pk].opinions_taken == 0


@pytest.mark.parametrize(
    ("measure", "numerator", "denominator", "bound", "met"),
    [
        ("sessions", 12, None, 12, True),
        ("sessions", 11, None, 12, False),
        ("held", 4, 5, 80, True),
        ("held", 79, 100, 80, False),
        ("held", 0, 0, 80, None),
        ("reopened", 1, 5, 20, True),
        ("reopened", 21, 100, 20, False),
    ],
)
def test_a_measure_against_its_bound(measure, numerator, denominator, bound, met):
    assert Line(measure, "results", numerator, denominator, bound).met is met


def test_nothing_to_count_is_no_success():
    nothing = [Line("held", "schedule", 0, 0, 90), Line("published", "schedule", 0, 0, 90)]
    assert measures.verdict("schedule", nothing) is False


class TestItems:
    def test_the_office_edits_what_is_asked_for(self, cast, office):
        AssessmentItem.objects.filter(have="premises").update(active=False)
        AssessmentItem.objects.create(have="premises", text="有停车位", county=office.jishou)
        AssessmentItem.objects.create(have="premises", text="外县的", county=office.fenghuang)
        AssessmentItem.objects.create(
            have="results", text="更严", measure="taken", bound=50, county=office.jishou
        )
        assessment = begun(cast, office)
        assert [row.text for row in assessment.checks.filter(have="premises")] == ["有停车位"]
        services.submit(assessment.pk, by=cast.studio_clerk)
        assessment.refresh_from_db()
        assert assessment.bounds["taken"] == 50, "the county's own bound goes before the general one"
        AssessmentItem.objects.filter(text="有停车位").update(text="改了")
        assert assessment.checks.get(have="premises").text == "有停车位", "what was asked for on that day"

    def test_the_database_keeps_ticked_and_computed_apart(self, db):
        for wrong in [
            {"have": "premises", "measure": "taken", "bound": 1},
            {"have": "schedule", "text": "手工勾"},
        ]:
            with pytest.raises(IntegrityError), transaction.atomic():
                AssessmentItem.objects.create(**{"text": "x"} | wrong)

    def test_one_item_missing_and_the_have_is_missing(self, cast, office):
        assessment = begun(cast, office)
        Check.objects.filter(pk=assessment.checks.filter(have="rules").first().pk).update(met=False)
        assert "rules" not in met(services.submit(assessment.pk, by=cast.studio_clerk))


class TestTheWay:
    def test_each_step_by_its_own_role_and_on_record(self, cast, office):
        assessment = published(cast, office)
        assert [(step.action, step.actor, step.state) for step in assessment.steps.all()] == [
            ("open", "石文员", "checking"), ("check", "石文员", "checking"), ("submit", "石文员", "submitted"),
            ("confirm", "吴文员", "confirmed"), ("inspect", "彭督办", "inspected"), ("publish", "麻主任", "published"),
        ]  # fmt: skip
        assert AccessRecord.objects.filter(subject=f"assessment {assessment.pk}").count() == 6
        step = assessment.steps.first()
        for change in (lambda: AssessmentStep.objects.filter(pk=step.pk).update(actor="x"), step.delete):
            with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
                change()

    @pytest.mark.parametrize(
        ("action", "may"),
        [
            ("check", {"clerk", "studio_clerk"}),
            ("submit", {"clerk", "studio_clerk"}),
            ("confirm", {"clerk"}),
            ("inspect", {"supervisor", "prefecture", "official"}),
            ("publish", {"official"}),
            ("correct", {"official"}),
            ("send_back", {"supervisor", "prefecture", "official"}),
        ],
    )
    def test_who_may(self, cast, office, action, may):
        assessment = begun(cast, office)
        state = ACTIONS[action].source[-1]
        facts = {"published_at": timezone.now()} if state == "published" else {}
        Assessment.objects.filter(pk=assessment.pk).update(state=state, measured=MEASURED, **facts)
        more = {"check": {"ticks": {}}, "send_back": {"reason": "重做"}, "publish": {"note": "不够"}}.get(
            action, {}
        )
        everybody = {name for name, user in vars(cast).items() if hasattr(user, "memberships")}
        for who in sorted(everybody):
            try:
                with transaction.atomic():
                    getattr(services, action)(assessment.pk, by=getattr(cast, who), **more)
                    transaction.set_rollback(True)
                got = True
            except (PermissionDenied, Assessment.DoesNotExist):
                got = False
            assert got == (who in may), who

    @pytest.mark.parametrize("action", ACTIONS)
    @pytest.mark.parametrize("state", State.values)
    def test_only_from_where_the_table_says(self, cast, office, action, state):
        assessment = begun(cast, office)
        facts = {"state": state, "measured": MEASURED}
        if state == "published":
            facts["published_at"] = timezone.now()
        Assessment.objects.filter(pk=assessment.pk).update(**facts)
        by = {"check": cast.clerk, "submit": cast.clerk, "confirm": cast.clerk}.get(action, cast.official)
        more = {"check": {"ticks": {}}, "send_back": {"reason": "重做"}, "publish": {"note": "不够"}}.get(
            action, {}
        )
        if state in ACTIONS[action].source:
            getattr(services, action)(assessment.pk, by=by, **more)
            assert Assessment.objects.get(pk=assessment.pk).state == (ACTIONS[action].to or state)
        else:
            with pytest.raises(Refused):
                getattr(services, action)(assessment.pk, by=by, **more)

    def test_of_two_the_second_is_told(self, cast, office):
        assessment = begun(cast, office)
        seen = assessment.version
        services.check(assessment.pk, by=cast.clerk, version=seen, ticks={})
        with pytest.raises(Stale):
            services.submit(assessment.pk, by=cast.studio_clerk, version=seen)

    def test_a_studio_has_one_unfinished_and_a_home_none(self, cast, office):
        first = services.open_assessment(office.studio.pk, by=cast.clerk)
        assert services.open_assessment(office.studio.pk, by=cast.studio_clerk) == first
        home = Studio.objects.create(code="h", kind="home", name="代表之家", township=office.qianzhou)
        with pytest.raises(Refused):
            services.open_assessment(home.pk, by=cast.clerk)

    def test_the_next_round_keeps_the_ticks_and_the_last_becomes_history(self, cast, office):
        first = published(cast, office)
        second = services.open_assessment(office.studio.pk, by=cast.clerk)
        assert all(row.met for row in second.checks.all()), "nobody fills in a form twice"
        first.refresh_from_db()
        assert first.in_force
        services.submit(second.pk, by=cast.clerk)
        services.confirm(second.pk, by=cast.clerk)
        services.inspect(second.pk, by=cast.official)
        services.publish(second.pk, by=cast.official, note="按记录")
        assert [a.in_force for a in office.studio.assessments.order_by("pk")] == [False, True]


class TestFindings:
    SOON = timezone.localdate() + timedelta(days=10)

    def found(self, cast, office, **more) -> Finding:
        finding = {"have": "premises", "text": "门口没有挂牌", "mend_by_on": self.SOON}
        return published(cast, office, findings=[finding | more]).findings.get()

    def test_a_finding_keeps_its_have_unmet_until_the_county_accepts_the_mending(self, cast, office):
        finding = self.found(cast, office)
        assert "premises" not in met(Assessment.objects.get())
        with pytest.raises(PermissionDenied):
            findings.settle(finding.pk, by=cast.clerk, accepted=True)
        with pytest.raises(Refused):
            findings.settle(finding.pk, by=cast.official, accepted=True)
        findings.mend(finding.pk, by=cast.studio_clerk, note="已挂牌")
        assert "premises" not in met(Assessment.objects.get())
        findings.settle(finding.pk, by=cast.supervisor, accepted=True)
        assert "premises" in met(Assessment.objects.get())

    def test_not_mended_it_gets_another_day_and_is_reminded_of_again(self, cast, office):
        finding = self.found(cast, office)
        findings.mend(finding.pk, by=cast.clerk, note="挂了一半")
        assert Finding.objects.get().remind_at is None
        later = self.SOON + timedelta(days=30)
        findings.settle(finding.pk, by=cast.official, accepted=False, mend_by_on=later)
        finding.refresh_from_db()
        assert (finding.mended_at, finding.mend_by_on) == (None, later)
        assert timezone.localdate(finding.remind_at) == later - timedelta(days=3)

    def test_reminders_come_once_before_and_once_after_the_day(self, cast, office):
        self.found(cast, office)
        assert remind_of_findings() == 0, "nothing is due yet"
        due = at(f"{self.SOON - timedelta(days=3)} 09:00")
        assert (remind_of_findings(now=due), remind_of_findings(now=due)) == (1, 0)
        mine = Message.objects.filter(about__startswith="assessment/")
        assert set(mine.values_list("recipient__username", flat=True)) == {"clerk", "studio_clerk"}
        assert "门口没有挂牌" in mine.first().body
        late = at(f"{self.SOON + timedelta(days=1)} 09:00")
        assert (remind_of_findings(now=late), remind_of_findings(now=late)) == (1, 0)
        overdue = mine.filter(subject__startswith="检查问题超期未整改")
        assert set(overdue.values_list("recipient__username", flat=True)) == {
            "clerk",
            "studio_clerk",
            "supervisor",
        }
        assert remind_of_findings(now=late + timedelta(days=300)) == 0

    def test_a_message_leads_to_the_assessment(self, client, cast, office):
        finding = self.found(cast, office)
        remind_of_findings(now=at(f"{self.SOON} 09:00"))
        client.force_login(cast.clerk)
        message = Message.objects.get(recipient=cast.clerk, about__startswith="assessment/")
        answer = client.post(reverse("notifications:open", args=[message.pk]))
        assert answer.url == reverse("studios:assessment", args=[finding.assessment_id])
        assert client.get(reverse("notifications:inbox")).status_code == 200

    def test_a_day_that_has_passed_is_refused(self, cast, office):
        with pytest.raises(Refused):
            self.found(cast, office, mend_by_on=date(2020, 1, 1))


class TestReviews:
    DAY = date(2027, 3, 1)

    def looked_at_again(self, cast, office):
        assessment = services.open_assessment(office.studio.pk, by=cast.clerk)
        ticks = {row.pk: {"met": True, "review_on": None} for row in assessment.checks.all()}
        ticks[min(ticks)]["review_on"] = self.DAY
        services.check(assessment.pk, by=cast.clerk, ticks=ticks)
        assert remind_of_reviews(now=at("2027-03-01 09:00")) == 0, "not in force yet"
        services.submit(assessment.pk, by=cast.studio_clerk)
        services.confirm(assessment.pk, by=cast.clerk)
        services.inspect(assessment.pk, by=cast.official)
        return services.publish(assessment.pk, by=cast.official, note="按记录")

    def test_an_item_is_reminded_of_on_its_day_once(self, cast, office):
        assessment = self.looked_at_again(cast, office)
        assert remind_of_reviews(now=at("2027-02-28 23:00")) == 0
        due = at("2027-03-01 09:00")
        assert (remind_of_reviews(now=due), remind_of_reviews(now=due)) == (1, 0)
        mine = Message.objects.filter(about=f"assessment/{assessment.pk}")
        assert set(mine.values_list("recipient__username", flat=True)) == {"clerk", "studio_clerk"}
        assert assessment.checks.get(review_on=self.DAY).text in mine.first().body

    def test_the_next_round_does_not_repeat_it_and_another_day_does(self, cast, office):
        self.looked_at_again(cast, office)
        remind_of_reviews(now=at("2027-03-01 09:00"))
        again = self.looked_at_again(cast, office)
        assert remind_of_reviews(now=at("2027-03-02 09:00")) == 0, "the day was kept, and told before"
        assert again.checks.get(review_on=self.DAY).remind_on is None


class TestPages:
    def test_the_self_check_by_its_form(self, client, cast, office):
        client.force_login(cast.studio_clerk)
        begun = client.post(reverse("studios:rounds", args=[office.studio.pk]))
        assessment = Assessment.objects.get()
        assert begun.url == reverse("studios:assessment", args=[assessment.pk])
        row = assessment.checks.first()
        data = {
            "version": 1,
            f"met_{row.pk}": "on",
            f"evidence_{row.pk}": "见照片",
            f"review_{row.pk}": "2027-01-01",
        }
        url = reverse("studios:act", args=[assessment.pk, "check"])
        assert client.post(url, data).status_code == 302
        row.refresh_from_db()
        assert (row.met, row.evidence, row.review_on) == (True, "见照片", date(2027, 1, 1))
        stale = client.post(url, data | {f"evidence_{row.pk}": "再写一遍"})
        assert stale.status_code == 409 and "再写一遍" in stale.content.decode()
        wrong = client.post(url, data | {"version": 2, f"review_{row.pk}": "某天"})
        assert wrong.status_code == 422 and "某天" in wrong.content.decode()

    def test_an_inspection_by_its_form(self, client, cast, office):
        pk = begun(cast, office).pk
        services.submit(pk, by=cast.studio_clerk)
        services.confirm(pk, by=cast.clerk)
        client.force_login(cast.official)
        url = reverse("studios:act", args=[pk, "inspect"])
        assert client.get(url).status_code == 200
        half = client.post(url, {"note": "看了", "text_0": "没有挂牌"})
        assert half.status_code == 422 and {"have_0", "mend_by_on_0"} <= set(half.context["form"].errors)
        full = {"note": "看了", "text_1": "没有挂牌", "have_1": "premises", "mend_by_on_1": "2099-01-01"}
        assert client.post(url, full).status_code == 302
        assert Finding.objects.get().text == "没有挂牌"
        assert client.post(url, full).status_code == 409, "a second click"
        assert Finding.objects.count() == 1

    def test_the_prices_are_fixed(self, client, cast, office, django_assert_max_num_queries):
        pk = published(cast, office).pk
        client.force_login(cast.official)
        for name, args, most in [
            ("assessment", [pk], 15),
            ("rounds", [office.studio.pk], 12),
            ("detail", [office.studio.pk], 18),
        ]:
            with django_assert_max_num_queries(most):
                assert client.get(reverse(f"studios:{name}", args=args)).status_code == 200


class TestPointsAreOff:
    def test_unless_the_office_switches_them_on(self, client, cast, office):
        published(cast, office)
        client.force_login(cast.official)
        url = reverse("reports:ranking")
        assert client.get(url).status_code == 404
        assert "得分" not in client.get(reverse("reports:studios")).content.decode()
        CountyChoice.objects.create(county=office.jishou, ranks_studios=True)
        assert url in client.get(reverse("reports:studios")).content.decode()
        assert [row.points for row in client.get(url).context["page"]] == [3]


class TestWhatFollows:
    """What a round leaves to the next, who confirms, what is published and corrected."""

    def finding(self, cast, office):
        wanting = {
            "have": "rules",
            "text": "制度未上墙",
            "mend_by_on": timezone.localdate() + timedelta(days=9),
        }
        return published(cast, office, findings=[wanting]).findings.get()

    def next_round(self, cast, office):
        second = begun(cast, office)
        services.submit(second.pk, by=cast.studio_clerk)
        services.confirm(second.pk, by=cast.clerk)
        services.inspect(second.pk, by=cast.supervisor)
        return services.publish(second.pk, by=cast.official, note="按记录")

    def test_a_finding_holds_in_the_next_round_until_it_is_settled(self, client, cast, office):
        finding = self.finding(cast, office)
        second = self.next_round(cast, office)
        assert "rules" not in met(second)
        client.force_login(cast.official)
        assert "制度未上墙" in client.get(reverse("studios:assessment", args=[second.pk])).content.decode()
        findings.mend(finding.pk, by=cast.studio_clerk, note="已上墙")
        findings.settle(finding.pk, by=cast.official, accepted=True)
        second.refresh_from_db()
        assert "rules" in met(second), "settled, it holds the round in force no more"
        assert "rules" not in met(Assessment.objects.get(pk=finding.assessment_id)), "history stays"
        assert "rules" in met(self.next_round(cast, office))

    def test_handing_in_saves_what_is_ticked_on_the_page(self, client, cast, office):
        assessment = services.open_assessment(office.studio.pk, by=cast.studio_clerk)
        client.force_login(cast.studio_clerk)
        page = client.get(reverse("studios:assessment", args=[assessment.pk]))
        assert [action.code for action in page.context["actions"]] == []
        row = assessment.checks.filter(have="rules").first()
        sent = {"version": assessment.version, f"met_{row.pk}": "on", "then": "submit"}
        assert client.post(reverse("studios:act", args=[assessment.pk, "check"]), sent).status_code == 302
        row.refresh_from_db()
        assessment.refresh_from_db()
        assert (assessment.state, row.met) == ("submitted", True)

    def test_who_handed_it_in_does_not_confirm_it_where_there_is_another(self, client, cast, office):
        assessment = begun(cast, office)
        services.submit(assessment.pk, by=cast.clerk)
        services.confirm(assessment.pk, by=cast.clerk)  # nobody else confirms here
        other = person("second", "另一文员", (Role.CLERK, {"area_code": "433101005"}))
        Assessment.objects.filter(pk=assessment.pk).update(state="submitted")
        client.force_login(cast.clerk)
        refused = client.post(reverse("studios:act", args=[assessment.pk, "confirm"]), {"note": ""})
        assert refused.status_code == 422 and "另一文员" in refused.content.decode()
        services.confirm(assessment.pk, by=other)

    def test_not_passing_needs_a_reason(self, client, cast, office):
        assessment = inspected(cast, office)
        client.force_login(cast.official)
        url = reverse("studios:act", args=[assessment.pk, "publish"])
        assert client.post(url, {"note": ""}).status_code == 422
        with pytest.raises(Refused):
            services.publish(assessment.pk, by=cast.official)
        assert client.post(url, {"note": "接待场次不够"}).status_code == 302

    def test_each_step_keeps_how_it_stood(self, client, cast, office):
        assessment = begun(cast, office, met=False)
        services.submit(assessment.pk, by=cast.studio_clerk)
        services.send_back(assessment.pk, by=cast.clerk, reason="请补")
        services.check(assessment.pk, by=cast.studio_clerk, ticks=ticks(assessment))
        services.submit(assessment.pk, by=cast.studio_clerk)
        first, second = assessment.steps.filter(action="submit")
        assert not any(met for _have, _text, met, _evidence in first.kept["checks"])
        assert all(met for _have, _text, met, _evidence in second.kept["checks"])
        assert (first.kept["met"]["rules"], second.kept["met"]["rules"]) == (False, True)
        client.force_login(cast.clerk)
        assert (
            "当时的情况" in client.get(reverse("studios:assessment", args=[assessment.pk])).content.decode()
        )

    def test_one_measured_by_the_former_rule_is_corrected_and_keeps_what_it_was(
        self, client, cast, office, monkeypatch
    ):
        """Published when 25 sessions held were divided by 24 announced, of which 10 were held."""
        held = sessions.Sessions(planned=24, published=24, held=25, kept=10)
        monkeypatch.setattr(reporting, "sessions_of", lambda ids, first, last: dict.fromkeys(ids, held))
        assessment = published(cast, office)
        former = {name: n for name, n in assessment.measured.items() if name != "sessions_kept"}
        Assessment.objects.filter(pk=assessment.pk).update(measured=former, has_schedule=True)
        client.force_login(cast.official)
        page = client.get(reverse("studios:assessment", args=[assessment.pk]))
        assert "correct" in [action.code for action in page.context["actions"]]
        url = reverse("studios:act", args=[assessment.pk, "correct"])
        assert client.post(url, {"note": ""}).status_code == 302
        assessment.refresh_from_db()
        assert (assessment.has_schedule, assessment.measured["sessions_kept"]) == (False, 10)
        last = assessment.steps.last()
        assert "25/24" in last.words and "10/24" in last.words and last.action == "correct"
        assert client.post(url, {"note": ""}).status_code == 422, "once"

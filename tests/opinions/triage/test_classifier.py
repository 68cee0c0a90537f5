"""The learned classifier: what it learns, how it is kept, when it decides, and the way back."""

import csv
import gzip

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.actors import SYSTEM
from opinions.jobs import sweep
from opinions.models import Event, Opinion, TrainedModel
from opinions.triage.classification import classify
from opinions.triage.classifier import (
    serialization,
    training,
    training_data,
    versions,
)
from opinions.triage.suggestions import highlight
from opinions.workflow import triage
from tests.opinions.story import told
from tests.opinions.triage.learned import examples as decisions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    versions._loaded.cache_clear()


def trained(given=None, prefecture="4331") -> TrainedModel:
    return versions.run(versions.ask(prefecture=prefecture).pk, given=given or decisions())


def never_heard_of(cast, office, **more):
    return told(cast, office, **{"title": "新开的养猪场异味很大", "body": "臭得不敢开窗。", **more})


@pytest.mark.parametrize(("examples", "said"), [(999, True), (1000, False)])
def test_the_page_says_when_a_version_learned_from_few_decisions(client, cast, office, examples, said):
    row = trained()
    row.figures["examples"] = examples
    row.save()
    client.force_login(cast.officer)
    page = client.get(reverse("opinions:triage_models")).text
    assert (f"第1版只学习了{examples}件" in page) is said


def test_the_same_decisions_teach_the_same():
    """So that a training can be repeated and its figures compared."""
    (first, figures), (again, figures_again) = (
        training.train(decisions(), precision=0.97) for _turn in range(2)
    )
    assert np.array_equal(first.weights, again.weights)
    assert figures == figures_again


def test_it_learns_and_says_why(office):
    row = trained()
    judged = versions.load(row).judge("石家冲污水直排河里", "请处理")
    assert (judged.label, judged.sure) == ("03", True)
    assert any(word in "污水直排河里" for word in judged.words)
    assert "污水直排" in "".join(judged.words), "pairs that overlap are named as the words they make"
    assert {label for label, _share in judged.offered} == {"02", "03"}
    assert row.figures["examples"] == 100 and row.figures["precision"] >= 0.97


def test_the_words_are_marked_as_the_citizen_wrote_them():
    assert highlight("<b>KTV吵，ktv关门", ["ktv", "吵", ""]) == (
        "&lt;b&gt;<mark>KTV</mark><mark>吵</mark>，<mark>ktv</mark>关门"
    )


def test_a_file_that_was_changed_decides_nothing(office, cast):
    row = trained()
    content = bytearray(row.file.open().read())
    content[len(content) // 2] ^= 1
    with pytest.raises(serialization.BadModel):
        serialization.from_bytes(bytes(content))
    with open(row.file.path, "wb") as stream:
        stream.write(content)
    versions._loaded.cache_clear()
    assert versions.in_force(["4331"]) == {}
    assert classify(never_heard_of(cast, office)).why["rule"] == "keywords"
    with pytest.raises(ValueError):
        versions.activate(model=row, by=None)


def test_a_model_of_another_installation_is_no_model_here(office, settings):
    content = trained().file.open().read()
    settings.SECRET_KEY = "another-installation-" * 4
    with pytest.raises(serialization.BadModel):
        serialization.from_bytes(content)


def test_nothing_in_a_file_can_run(office):
    """Python objects are refused even under a signature that holds."""
    import io

    stream = io.BytesIO()
    np.savez(stream, facts=np.array([{"labels": []}], dtype=object))
    content = stream.getvalue()
    with pytest.raises(ValueError, match="allow_pickle"):
        serialization.from_bytes(serialization.MAGIC + serialization._signature(content) + content)


def test_above_its_threshold_it_decides_alone_and_the_ledger_says_by_what(cast, office):
    row = trained()
    opinion = never_heard_of(cast, office)
    sweep.check(opinion.number, now=opinion.registered_at)
    opinion.refresh_from_db()
    assert (opinion.category_id, opinion.status, opinion.lead_agency) == ("03", "routed", office.ecology)
    why = Event.objects.get(opinion=opinion, action="classify").data["why"]
    assert (why["rule"], why["version"]) == ("model", row.number) and why["words"]


def test_below_it_a_person_decides_and_is_offered_the_likeliest(client, cast, office):
    trained()
    opinion = told(cast, office, title="关于办事的几点想法", body="希望改进。")
    sweep.check(opinion.number, now=opinion.registered_at)
    opinion.refresh_from_db()
    assert (opinion.status, opinion.category) == ("registered", None)
    client.force_login(cast.officer)
    page = client.get(reverse("opinions:triage_desk")).text
    route = reverse("opinions:act", args=[opinion.number, "route"])
    assert "也可能是" in page and f"{route}?back=triage_desk&amp;category=" in page


def test_what_people_decided_is_learned_and_what_rules_decided_is_not(cast, office):
    by_person, by_rule = told(cast, office), told(cast, office, title="公路塌了", body="客运停了，公交绕行。")
    triage.classify(by_person.number, by=cast.officer, category=office.environment, matter_type="complaint")
    triage.classify(
        by_rule.number, by=SYSTEM, category=office.roads, matter_type="complaint", why={"rule": "keywords"}
    )
    assert [(e.title, e.label) for e in training_data.from_decisions("4331")] == [(by_person.title, "03")]
    triage.classify(by_rule.number, by=cast.officer, category=office.environment, matter_type="help")
    assert {e.label for e in training_data.from_decisions("4331")} == {"03"}
    assert len(training_data.from_decisions("4331")) == 2


def test_a_correction_is_learned_at_the_next_training(cast, office):
    """What people keep calling otherwise is called so by the next version."""
    said = "广场舞音响太吵"
    before = versions.load(trained()).judge(said, "").label
    corrected = [training_data.Example(f"{said}{n}", f"晚上十点还在放，第{n}回了", "02") for n in range(12)]
    after = versions.load(trained([*decisions(), *corrected])).judge(said, "").label
    assert after == "02" and before in ("02", "03")


def test_one_click_goes_back_to_the_version_before(client, cast, office):
    first, second = trained(), trained()
    assert TrainedModel.objects.get(active=True) == second
    client.force_login(cast.administrator)
    client.post(reverse("opinions:triage_activate", args=[first.pk]))
    assert TrainedModel.objects.get(active=True) == first
    assert versions.in_force(["4331"])["4331"][0] == first
    client.post(reverse("opinions:triage_rest"), {"prefecture": "4331"})
    assert not TrainedModel.objects.filter(active=True).exists()


def test_a_version_that_is_much_worse_waits_for_a_person(office):
    good = trained()
    good.figures["macro_f1"] = 0.99
    good.save()
    bad = trained()
    assert bad.state == "ready" and not bad.active and TrainedModel.objects.get(active=True) == good


def test_too_little_to_learn_from_is_said(office):
    row = trained([training_data.Example("路灯", "", "03")])
    assert row.state == "failed" and "1" in row.message


def test_a_training_is_asked_for_once_and_done_once(office):
    asked = versions.ask(prefecture="4331")
    assert versions.ask(prefecture="4331") == asked
    assert versions.run(asked.pk, given=decisions()).state == "ready"
    assert versions.run(asked.pk, given=decisions()) is None


def test_the_night_trains_only_where_enough_was_decided(office, monkeypatch):
    assert versions.nightly() == []
    monkeypatch.setattr(versions, "ENOUGH", 0)
    monkeypatch.setattr(versions, "ENOUGH_NEW", 0)
    assert [row.prefecture for row in versions.nightly()] == ["4331"]


def test_the_commands_learn_from_a_file_and_measure_on_another(tmp_path, capsys):
    rows = [("标题", e.title, e.body, {"02": "交通", "03": "环保"}[e.label]) for e in decisions()]
    learn, unseen = tmp_path / "learn.csv.gz", tmp_path / "unseen.csv"
    with gzip.open(learn, "wt", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("row", "title", "body", "label"), *rows])
    with unseen.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(
            [("label", "title", "body"), ("环保", "后山污水直排", ""), ("交通", "公交站台坏了", "请修")]
        )
    call_command("train_triage", file=learn)
    call_command("evaluate_triage", unseen)
    said = capsys.readouterr().out
    assert "100 examples" in said and "macro-F1 1.0000" in said and "环保" in said


@pytest.mark.parametrize(
    ("content", "said"), [("title,body\n甲,乙\n", "label"), ("title,body,label\n甲,乙,\n", "2")]
)
def test_a_file_that_cannot_teach_is_refused_by_name(tmp_path, content, said):
    path = tmp_path / "x.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        call_command("train_triage", file=path)


def test_the_desk_asks_the_same_number_of_questions_for_one_and_for_many(
    client, cast, office, django_assert_num_queries
):
    trained()
    never_heard_of(cast, office)
    client.force_login(cast.officer)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(reverse("opinions:triage_desk"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("opinions:triage_desk"))
    for number in range(8):
        never_heard_of(cast, office, title=f"养猪场异味{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("opinions:triage_desk"))
    assert len(one) == len(many)
    assert Opinion.objects.count() == 9

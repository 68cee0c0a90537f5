"""Many people and many workers at the same opinions, each in a process of their own."""

import time

import pytest

ENGINES = pytest.mark.parametrize(
    "engine_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.services)], indirect=True
)


@ENGINES
def test_of_eight_officers_routing_the_same_thirty_opinions_one_wins_each_and_the_others_are_told_who(stage):
    stage.play("office", 8)
    stage.play("write_down", 30)
    start_at = time.time() + 1.5
    officers = [stage.act("route_all", f"officer{n}", start_at) for n in range(8)]
    results = [stage.result(officer) for officer in officers]

    done = [number for result in results for number in result["done"]]
    told = [name for result in results for name in result["told"]]
    assert sorted(done) == stage.play("state")["numbers"]
    assert len(told) == 8 * 30 - 30
    assert all(name.startswith("officer") for name in told)
    after = stage.play("state")
    assert (after["statuses"], after["taken_twice"], after["broken"]) == ({"routed": 30}, 0, 0)


@ENGINES
def test_numbers_of_sixteen_writers_at_once_have_no_gap_and_no_double(stage):
    stage.play("office", 0)
    writers = [stage.act("write_down", 10) for _ in range(16)]
    for writer in writers:
        stage.result(writer)
    numbers = stage.play("state")["numbers"]
    assert [int(number[-6:]) for number in numbers] == list(range(1, 161))


@ENGINES
def test_letters_of_sixteen_writers_at_once_have_no_gap_though_every_third_is_undone(stage):
    stage.play("office", 1)
    writers = [stage.act("send_letters", 6) for _ in range(16)]
    assert sum(stage.result(writer) for writer in writers) == 32
    issued = stage.play("letters")
    year = issued["rows"][0][1]
    assert issued["rows"] == [["吉人大办交", year, serial] for serial in range(1, 97)]
    assert issued["last"] == [["吉人大办交", year, 96]]


@ENGINES
def test_three_sweeps_side_by_side_triage_each_opinion_once(stage):
    stage.play("office", 0)
    stage.play("write_down", 150)
    sweeps = [stage.act("sweep") for _ in range(3)]
    done = sum(stage.result(sweep).get("auto_triage", 0) for sweep in sweeps)
    after = stage.play("state")
    assert done == 150
    assert (after["statuses"], after["taken_twice"], after["broken"]) == ({"routed": 150}, 0, 0)


@ENGINES
def test_a_township_is_merged_while_three_people_register_there(stage):
    def act(name, *arguments):
        return stage.act(name, *arguments, module="tests.reliability.merger_acts")

    stage.result(act("office"))
    start_at = time.time() + 3
    clerks = [act("register_there", 40, start_at) for _ in range(3)]
    moved = stage.result(act("merge", start_at))
    assert [stage.result(clerk) for clerk in clerks] == [40, 40, 40]
    after = stage.result(act("where"))
    assert after == {"ends": 0, "stays": 140, "moved": moved, "broken": 0}
    assert 20 < moved < 140  # some were registered before, and some after

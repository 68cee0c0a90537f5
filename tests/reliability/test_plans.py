"""Eight planners at once, each in a process of their own: nobody and no room is ever in two places."""

import time

from .test_side_by_side import ENGINES

PLANNERS = 8


def play(stage, name, *arguments):
    return stage.act(name, *arguments, module="tests.reliability.plans")


@ENGINES
def test_eight_planners_at_the_same_deputies_and_rooms_book_nobody_twice(stage):
    stage.result(play(stage, "room", PLANNERS))
    start_at = time.time() + 1.5
    planners = [play(stage, "plan_all", f"planner{n}", start_at) for n in range(PLANNERS)]
    results = [stage.result(planner) for planner in planners]
    after = stage.result(play(stage, "bookings"))
    print(f"\n{after['activities']} activities, {after['half_days']} half-days: {results}")
    assert (after["deputies_twice"], after["rooms_twice"]) == ([], [])
    assert not [name for did in results for name in did if name.startswith("broken")]
    assert all(did["_plan"] + did["_one"] for did in results) and after["half_days"] > 100
    assert sum(did.get("refused", 0) for did in results) > 20, "they did get in each other's way"

"""Text messages from citizens, each brought twice by two gateways at once, while the workers are killed: none is lost
and none stands twice."""

import time

import pytest

ENGINES = pytest.mark.parametrize(
    "engine_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.services)], indirect=True
)
ACTS = "tests.reliability.incoming_acts"


@ENGINES
def test_every_message_brought_twice_while_workers_are_killed_stands_once(stage, turns):
    count = turns(1000, short=40, of="messages")
    stage.result(stage.act("office", module=ACTS))
    gateways = [stage.act("deliver", count, backwards, module=ACTS) for backwards in (False, True)]
    kills = 0
    while any(gateway.poll() is None for gateway in gateways):
        workers = [stage.act("sweep", module=ACTS) for _ in range(2)]
        time.sleep(0.4)
        for worker in workers:
            kills += worker.poll() is None
            stage.kill(worker)
    for gateway in gateways:
        stage.result(gateway)
    for _ in range(8):
        worker = stage.act("sweep", module=ACTS)
        time.sleep(0.1)
        kills += worker.poll() is None
        stage.kill(worker)
    stage.result(stage.act("sweep", module=ACTS))
    found = stage.result(stage.act("figures", module=ACTS))
    print(f"{count} messages brought twice, {kills} workers killed: {found}")
    assert kills > 0
    assert (found["kept"], found["new"], found["lost"], found["doubled"], found["broken"]) == (
        count,
        0,
        0,
        0,
        0,
    )
    assert found["placed"] == count
    assert found["receipts"] == found["opinions"]

"""What breaks in a real office: the broker, the worker in the middle of its work, a message that comes twice."""

import contextlib

import psycopg2
import pytest

from .stage import wait_until

pytestmark = pytest.mark.services
OPINIONS = "SELECT count(*) FROM opinions_opinion"


def look(stage, query) -> int:
    """Asked of the database itself: a process of Django's for every look would take most of the time."""
    with contextlib.closing(psycopg2.connect(stage.environ["DATABASE_URL"])) as connection:
        cursor = connection.cursor()
        cursor.execute(query)
        return cursor.fetchone()[0]


def routed(stage, expected):
    def all_are_routed():
        return look(stage, f"{OPINIONS} WHERE status = 'routed'") == expected

    return all_are_routed


def assert_each_once(stage, number):
    after = stage.play("state")
    assert after["statuses"] == {"routed": number}
    assert (after["taken_twice"], after["broken"]) == (0, 0)
    assert after["events"] == 3 * number  # registered, classified, routed
    assert after["messages"] == number  # the handler, told once of each


def test_opinions_registered_while_the_broker_is_down_are_saved_and_triaged_once_after_its_return(
    full_stage, redis
):
    full_stage.worker()
    full_stage.beat()
    full_stage.play("write_down", 1)
    wait_until(routed(full_stage, 1))
    redis.kill()
    numbers = full_stage.play("write_down", 20)
    assert len(numbers) == 20
    assert look(full_stage, f"{OPINIONS} WHERE status = 'registered'") == 20
    redis.start()
    wait_until(routed(full_stage, 21), seconds=90)
    assert_each_once(full_stage, 21)


def test_a_worker_killed_in_the_middle_of_a_transition_loses_nothing_and_doubles_nothing(full_stage, turns):
    """The outbox is locked, so that the worker stands still after it changed the opinion and wrote the ledger row,
    and is killed there, again and again."""
    kills = turns(20, short=3, of="kills")
    beat = full_stage.beat()
    for turn in range(1, kills + 1):
        with locked_outbox(full_stage) as someone_waits:
            full_stage.play("write_down", 1)
            worker = full_stage.worker()
            wait_until(someone_waits)
            full_stage.kill(worker)
        assert look(full_stage, f"{OPINIONS} WHERE status = 'registered'") == turn, full_stage.logs()
        assert look(full_stage, "SELECT count(*) FROM opinions_event") == turn
    assert beat.poll() is None
    full_stage.worker()
    wait_until(routed(full_stage, kills), seconds=200)
    assert_each_once(full_stage, kills)


@contextlib.contextmanager
def locked_outbox(stage):
    """Nobody can write a message meanwhile; yields a function that tells whether somebody waits to."""
    with (
        contextlib.closing(psycopg2.connect(stage.environ["DATABASE_URL"])) as lock,
        contextlib.closing(psycopg2.connect(stage.environ["DATABASE_URL"])) as watch,
    ):
        watch.autocommit = True
        lock.cursor().execute("LOCK TABLE notifications_message IN EXCLUSIVE MODE")

        def somebody_waits_for_the_outbox():
            cursor = watch.cursor()
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'notifications_message'::regclass"
            )
            return cursor.fetchone()[0]

        yield somebody_waits_for_the_outbox
        lock.rollback()


def test_a_message_of_the_broker_that_comes_many_times_does_its_work_once(full_stage):
    full_stage.play("write_down", 5)
    full_stage.play("hint_again", 5)
    full_stage.worker("-c", "3")
    wait_until(routed(full_stage, 5))
    assert_each_once(full_stage, 5)


def test_a_broker_that_comes_back_empty_costs_nothing(full_stage, redis):
    full_stage.play("write_down", 10)
    redis.kill()
    redis.start()
    full_stage.worker()
    full_stage.beat()
    wait_until(routed(full_stage, 10))
    assert_each_once(full_stage, 10)


def test_a_worker_whose_connections_are_cut_goes_on_with_new_ones(full_stage):
    full_stage.worker()
    full_stage.play("write_down", 2)
    wait_until(routed(full_stage, 2))
    cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
    assert look(full_stage, f"{cut} AND pid <> pg_backend_pid()"), "the worker keeps its connections"
    full_stage.play("write_down", 4)
    wait_until(routed(full_stage, 6))
    assert_each_once(full_stage, 6)

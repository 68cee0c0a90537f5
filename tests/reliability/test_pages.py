"""The pages while the database is away or stands still, and while more people come than can be served."""

import contextlib
import threading
import time
import uuid
from http.client import HTTPConnection

import psycopg2
import pytest

from .pages import Browser, Web, register

pytestmark = pytest.mark.services
WORDS = "站牌倒了三个月，老人都不知道车几点来，请派人看看。"


@pytest.fixture
def web(full_stage):
    return Web(full_stage)


@contextlib.contextmanager
def database_away(stage):
    """Nobody can connect, and whoever was connected is cut off."""
    url = stage.environ["DATABASE_URL"]
    server, name = url.rsplit("/", 1)
    with contextlib.closing(psycopg2.connect(f"{server}/postgres")) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            cursor.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def count(stage):
    with contextlib.closing(psycopg2.connect(stage.environ["DATABASE_URL"])) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT count(*) FROM opinions_opinion")
        return cursor.fetchone()[0]


def test_what_was_typed_is_kept_while_the_database_is_away_and_is_sent_again_once(full_stage, web):
    clerk, key = web.browser("clerk"), str(uuid.uuid4())
    assert clerk.get("/opinions/new/").status == 200
    with database_away(full_stage):
        for path in ("/", "/opinions/", "/p/track/"):
            answer = clerk.get(path)
            assert (answer.status, answer.headers["Retry-After"]) == (503, "30"), path
            assert "暂时无法使用" in answer.text
        answer = register(clerk, key, WORDS)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
        assert WORDS in answer.text and f'name="submission_key" hidden>\n{key}<' in answer.text
        secret = clerk.post("/login/", username="clerk", password="Demo-pass-2026")
        assert secret.status == 503 and "Demo-pass-2026" not in secret.text
        assert Browser(web).get("/healthz").status == 200
    assert register(clerk, key, WORDS).status == 302
    again = register(clerk, key, WORDS)
    assert again.status == 302 and count(full_stage) == 1


def test_a_forgotten_lock_costs_a_page_ten_seconds_and_not_the_day(full_stage, web):
    clerk = web.browser("clerk")
    clerk.get("/opinions/new/")
    with contextlib.closing(psycopg2.connect(full_stage.environ["DATABASE_URL"])) as lock:
        lock.cursor().execute("LOCK TABLE opinions_numberseries IN EXCLUSIVE MODE")
        began = time.monotonic()
        answer = register(clerk, str(uuid.uuid4()), WORDS)
        assert answer.status == 503 and WORDS in answer.text
        assert 9 < time.monotonic() - began < 20


def test_with_a_hundred_waiting_the_probe_answers_and_the_last_are_told_to_come_again(full_stage):
    """All threads of the one process wait for a lock that somebody holds; those behind them could wait for minutes."""
    web = Web(full_stage, "--workers", "1")
    clerk, seen = web.browser("clerk"), []
    clerk.get("/opinions/new/")

    def ask():
        connection = HTTPConnection("127.0.0.1", web.port, timeout=60)
        cookie = "; ".join(f"{name}={value}" for name, value in clerk.cookies.items())
        connection.request("GET", "/opinions/", headers={"Cookie": cookie})
        answer = connection.getresponse()
        seen.append((answer.status, answer.getheader("Retry-After"), answer.read().decode()))

    with contextlib.closing(psycopg2.connect(full_stage.environ["DATABASE_URL"])) as lock:
        lock.cursor().execute("LOCK TABLE opinions_opinion IN ACCESS EXCLUSIVE MODE")
        people = [threading.Thread(target=ask) for _ in range(100)]
        for person in people:
            person.start()
        time.sleep(2)
        began = time.monotonic()
        assert Browser(web).get("/healthz").status == 200
        assert time.monotonic() - began < 1
        shed = [answer for answer in seen if answer[0] == 503]
        assert len(shed) == 36 and all(wait == "5" and "人数过多" in page for _code, wait, page in shed)
    for person in people:
        person.join(60)
    assert len(seen) == 100 and {status for status, _wait, _page in seen} == {200, 503}

"""The processes that sweep the simulated year; any of them may be killed in the middle of it and is replaced."""

import multiprocessing
import time
from datetime import datetime
from multiprocessing.connection import Connection

from celery import current_app
from django.db import connections

from opinions.jobs import sweep as due

BATCH = 5  # small, so that every worker has something to do and a kill hits somebody at work


def without_broker() -> None:
    """Send hints nowhere: a worker of the office would act on them at today's date."""
    current_app.conf.broker_url = "memory://"


def _work(line: Connection) -> None:
    without_broker()
    while now := line.recv():
        line.send(due.sweep(now=now, batch=BATCH))


class Worker:
    def __init__(self) -> None:
        connections.close_all()  # a connection cannot be shared with a child
        context = multiprocessing.get_context("fork")
        self.line, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    def ask(self, now: datetime) -> None:
        """Let the worker sweep."""
        self.line.send(now)

    def kill(self) -> bool:
        """Kill it with `kill -9`; return whether it was hit before it was done."""
        at_work = not self.line.poll()
        self.process.kill()
        self.process.join()
        return at_work

    def done(self) -> dict[str, int]:
        """Wait for the sweep and return what it did."""
        return self.line.recv()

    def end(self) -> None:
        """Let the process end."""
        if self.process.is_alive():
            self.line.send(None)
            self.process.join(10)


class WorkerPool:
    """Some workers; with `rng` one of them is killed in a sweep when asked for."""

    def __init__(self, count: int) -> None:
        self.workers = [Worker() for _place in range(count)]
        self.kills = self.hits = 0

    def sweep(self, now: datetime, *, victim: int | None = None, after: float = 0.0) -> None:
        """Let all sweep together; the worker at place `victim` is killed `after` some seconds, and replaced."""
        for worker in self.workers:
            worker.ask(now)
        if victim is not None:
            time.sleep(after)
            self.kills += 1
            self.hits += self.workers[victim].kill()
        for place, worker in enumerate(self.workers):
            if place != victim:
                worker.done()
        if victim is not None:
            self.workers[victim] = Worker()

    def end(self) -> None:
        """Let all processes end."""
        for worker in self.workers:
            worker.end()

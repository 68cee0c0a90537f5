"""The web server's worker: where more people wait than can be served in a few seconds, those who come after them are
told to try again, instead of all waiting for ever longer; and /healthz is answered however many wait."""

import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cache, partial
from selectors import EVENT_READ
from time import monotonic
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

MOST_WAITING = 60  # requests of one process; a few seconds of work
PATIENCE_SECONDS = 10  # for the first byte of a connection
TRY_AGAIN_SECONDS = 5
REFUSING = "refusing"
PROBES = (b"GET /healthz ", b"HEAD /healthz ")

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Worker(ThreadWorker):
    """Gunicorn's threaded worker. Its loop looks at what a connection asks before a thread has to."""

    def init_process(self) -> None:
        self.busy = 0  # requests that a thread has or that wait for one
        self.probes = ThreadPoolExecutor(1, "probe")
        self.refusals = ThreadPoolExecutor(2, REFUSING)
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection, and wait in the loop until it asks for something."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        conn = TConn(self.cfg, client, address, listener.getsockname())
        self.await_data(conn)

    def await_data(self, conn: TConn) -> None:
        """Have the loop call us as soon as the connection can be read."""
        conn.timeout = monotonic() + PATIENCE_SECONDS
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def enqueue_req(self, conn: TConn) -> None:
        """Hand a connection that can be read to a thread; all of this runs in the loop, hence without a lock."""
        pool = self._pool_for(conn)
        conn.counted = pool is self.tpool
        self.busy += conn.counted
        future = pool.submit(self.handle, conn)
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def _pool_for(self, conn: TConn) -> Executor:
        if _asks(conn.sock).startswith(PROBES):
            return self.probes
        crowded = self.busy >= self.cfg.threads + MOST_WAITING
        return self.refusals if crowded else self.tpool

    def finish_request(self, conn: TConn, fs: Any) -> None:
        self.busy -= conn.counted
        super().finish_request(conn, fs)


def _asks(client: socket.socket) -> bytes:
    """Return the first bytes that wait to be read, without taking them."""
    try:
        return client.recv(16, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        return b""


def shedding(application: Wsgi, page: Callable[[], bytes]) -> Wsgi:
    """Wrap a WSGI application: in a thread that refuses, answer 503 with `page` and when to try again."""
    page = cache(page)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not threading.current_thread().name.startswith(REFUSING):
            return application(environ, start_response)
        start_response("503 Service Unavailable", [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(page()))),
            ("Retry-After", str(TRY_AGAIN_SECONDS)),
            ("Cache-Control", "no-store"),
        ])  # fmt: skip
        return [page()]

    return answer

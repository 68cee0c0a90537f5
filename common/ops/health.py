"""Whether the product is alive and ready: the probes /healthz and /readyz, and the checks behind them."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from common.ops import heartbeat

BROKER_PATIENCE_SECONDS = 1


@dataclass(frozen=True)
class Part:
    """One service the product depends on. `detail` may name hosts: operators see it, strangers never."""

    name: str
    ok: bool
    detail: str


def check_database() -> Part:
    """Ask the database for a constant; the detail is the engine, or the first line of the error."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:
        return Part("database", False, _reason(error))
    return Part("database", True, connection.vendor)


def check_broker() -> Part:
    """Ping the broker of CELERY_BROKER_URL, for at most about a second."""
    url = settings.CELERY_BROKER_URL
    try:
        if url.startswith(("redis://", "rediss://", "redis+socket://")):
            _ping_redis(url)
        else:
            with Connection(url, connect_timeout=BROKER_PATIENCE_SECONDS) as broker:
                broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_PATIENCE_SECONDS)
    except Exception as error:
        return Part("broker", False, _reason(error))
    return Part("broker", True, url.split("://")[0])


def _ping_redis(url: str) -> None:
    """Ping without retries: the client's own three would make a dead broker cost a probe ten seconds."""
    if url.startswith("redis+socket://"):
        url = url.replace("redis+socket://", "unix://").replace("?virtual_host=", "?db=")
    client = Redis.from_url(
        url,
        socket_timeout=BROKER_PATIENCE_SECONDS,
        socket_connect_timeout=BROKER_PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        client.ping()
    finally:
        client.close()


def check_migrations() -> Part:
    """Check that every migration of this code is applied to the database."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Exception as error:
        return Part("migrations", False, _reason(error))
    if waiting:
        first = waiting[0][0]
        return Part("migrations", False, f"{len(waiting)} unapplied, first {first.app_label}.{first.name}")
    return Part("migrations", True, "all applied")


SILENT_HOST_FORGOTTEN = 7 * 24 * 3600  # seconds after which a host is taken to have been removed


def check_heartbeat(name: str, *, within: float = heartbeat.STALE_AFTER_SECONDS) -> Part:
    """Check that a part has moved within so many seconds on some machine that shares DATA_DIR; the detail also names
    the machines on which it is silent."""
    hosts = heartbeat.ages(settings.DATA_DIR / "heartbeat", name)
    if not hosts:
        return Part(name, False, "no heartbeat yet")
    silent = sorted(h for h, age in hosts.items() if within <= age < SILENT_HOST_FORGOTTEN)
    detail = f"last heartbeat {min(hosts.values()):.0f} s ago"
    if silent:
        detail += f", silent on {', '.join(silent)}"
    return Part(name, min(hosts.values()) < within, detail)


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".strip().splitlines()[0]


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that this process is alive. It asks nothing of the database or the broker."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 if database and migrations are in order, else 503; says which is not, never why. The broker is shown
    and not needed: without it pages work, and the sweep does later what a task would have done."""
    needed, broker = [check_database(), check_migrations()], check_broker()
    ready = all(part.ok for part in needed)
    parts = {part.name: "ok" if part.ok else "down" for part in (*needed, broker)}
    body = {"ready": ready, "parts": parts}
    return JsonResponse(body, status=200 if ready else 503)

"""deploy/nginx.conf in a real nginx before a real gunicorn, both on loopback ports."""

import contextlib
import http.client
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.services import free_port

pytestmark = pytest.mark.services
ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def answers(port):
    try:
        http.client.HTTPConnection("127.0.0.1", port, timeout=2).connect()
    except OSError:
        return False
    return True


def configured(folder: Path, ports: dict) -> str:
    """The configuration with the container's places replaced by this machine's; nothing else is changed."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    places = {
        "listen 8080": f"listen 127.0.0.1:{ports['http']}",
        "listen 8443": f"listen 127.0.0.1:{ports['https']}",
        "http://web:8000": f"http://127.0.0.1:{ports['web']}",
        "/run/secrets/": f"{folder}/secrets/",
        "alias /static/": f"alias {folder}/static/",
        "/tmp/": f"{folder}/",  # noqa: S108
        "/dev/stdout": f"{folder}/access.log",
    }
    for inside in places:
        assert inside in text, f"{inside} is no longer in the configuration"
    return re.sub("|".join(map(re.escape, places)), lambda found: places[found[0]], text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    if not NGINX:
        pytest.skip("no nginx on this machine")
    folder = tmp_path_factory.mktemp("proxy")
    # nginx started by root reads files as another user, who is shut out of pytest's folders.
    for parent in (folder, *folder.parents):
        if parent.owner() == folder.owner() and parent.is_relative_to(tempfile.gettempdir()):
            parent.chmod(parent.stat().st_mode | 0o055)
    (folder / "deploy").mkdir()
    script = shutil.copy(ROOT / "deploy" / "make-secrets.sh", folder / "deploy")
    subprocess.run(["sh", script, "localhost"], check=True, capture_output=True)
    (folder / "static").mkdir()
    (folder / "static" / "app.0123456789ab.css").write_text("a{}")
    (folder / "data" / "media").mkdir(parents=True)
    (folder / "data" / "media" / "letter.txt").write_text("personal")
    return folder


@pytest.fixture(scope="module")
def ports(folder):
    ports = {name: free_port() for name in ("http", "https", "web")}
    (folder / "nginx.conf").write_text(configured(folder, ports))
    ours = {"DATA_DIR": str(folder / "data"), "BEHIND_PROXY": "1", "ALLOWED_HOSTS": "localhost", "HTTPS": "1"}
    ours |= {"SECRET_KEY": "proxy-test-" * 6, "STATIC_ROOT": str(folder / "static"), "DEBUG": "0"}
    web = [sys.executable, "-m", "gunicorn", "congress_liaison.wsgi", "-b", f"127.0.0.1:{ports['web']}"]
    proxy = [NGINX, "-e", "stderr", "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    environ = {"PATH": os.environ["PATH"], **ours}
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(collect, cwd=ROOT, env=environ, check=True, capture_output=True)
    running = []
    try:
        with open(folder / "log", "w") as log:
            quiet = {"stdout": log, "stderr": log, "cwd": ROOT}
            running.append(subprocess.Popen([*web, "--no-control-socket"], env=environ, **quiet))
            running.append(subprocess.Popen(proxy, **quiet))
        give_up = time.monotonic() + 120
        while not all(answers(port) for port in ports.values()):
            assert time.monotonic() < give_up, (folder / "log").read_text()
            time.sleep(0.2)
        yield ports
    finally:
        for process in running:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def get(ports, folder):
    context = ssl.create_default_context(cafile=folder / "secrets" / "tls.crt")

    def get(path, port="https", **headers):
        if port == "https":
            connection = http.client.HTTPSConnection("localhost", ports[port], timeout=120, context=context)
        else:
            connection = http.client.HTTPConnection("localhost", ports[port], timeout=120)
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response, response.read()

    return get


@pytest.mark.parametrize(("proxies", "seen"), [("1", "127.0.0.1"), ("2", "203.0.113.9"), ("0", "127.0.0.1")])
def test_the_address_seen_behind_it_is_no_claim_of_the_client(folder, tmp_path, proxies, seen):
    """Behind the configuration as it is shipped stands what the product takes for the address of who asks."""
    ports = {name: free_port() for name in ("http", "https", "web")}
    own = folder / f"address-{proxies}"
    shutil.copytree(folder / "secrets", own / "secrets")
    (own / "nginx.conf").write_text(configured(own, ports))
    own.chmod(0o777)
    environ = {
        "PATH": os.environ["PATH"],
        "TRUSTED_PROXIES": proxies,
        "BEHIND_PROXY": "1",
        "DATA_DIR": str(tmp_path),
    }
    environ["SECRET_KEY"] = "proxy-test-" * 6
    web = [
        sys.executable,
        "-m",
        "gunicorn",
        "tests.ops.address:application",
        "-b",
        f"127.0.0.1:{ports['web']}",
    ]
    proxy = [NGINX, "-e", "stderr", "-c", str(own / "nginx.conf"), "-g", "daemon off;"]
    with open(own / "log", "w") as log, contextlib.ExitStack() as stack:
        for command in ([*web, "--no-control-socket"], proxy):
            running = stack.enter_context(
                subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
            )
            stack.callback(running.terminate)
        give_up = time.monotonic() + 60
        while not all(answers(port) for port in ports.values()):
            assert time.monotonic() < give_up, (own / "log").read_text()
            time.sleep(0.1)
        context = ssl.create_default_context(cafile=own / "secrets" / "tls.crt")
        connection = http.client.HTTPSConnection("localhost", ports["https"], timeout=60, context=context)
        connection.request("GET", "/", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
        assert connection.getresponse().read().decode() == seen


def test_plain_http_is_sent_to_https(get):
    response, _ = get("/opinions/", port="http")
    assert (response.status, response.headers["Location"]) == (301, "https://localhost/opinions/")
    assert get("/proxy-alive", port="http")[0].status == 200


def test_pages_come_through_and_know_that_they_are_secure(get):
    response, _ = get("/healthz")
    assert response.status == 200
    # A page, not a redirect to https without end: the product believes the proxy's X-Forwarded-Proto.
    response, _ = get("/no-such-page")
    assert not (response.status == 301 and response.headers["Location"].startswith("https://localhost/no"))
    assert "max-age" in response.headers["Strict-Transport-Security"]


def test_static_files_come_from_the_proxy_to_be_kept_for_ever(get):
    response, body = get("/static/app.0123456789ab.css")
    assert (response.status, body) == (200, b"a{}")
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Content-Type"] == "text/css"


def post(ports, folder, path, size):
    """A body of `size` bytes; its answer. It is sent whole, as a browser does, however early the answer comes."""
    context = ssl.create_default_context(cafile=folder / "secrets" / "tls.crt")
    connection = http.client.HTTPSConnection("localhost", ports["https"], timeout=60, context=context)
    connection.putrequest("POST", path)
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(size))
    connection.endheaders()
    with contextlib.suppress(OSError):
        for _ in range(size >> 20):
            connection.send(b"x" * (1 << 20))
    response = connection.getresponse()
    return response.status, response.read().decode()


@pytest.mark.parametrize(
    ("path", "said", "way"),
    [
        ("/p/some-studio/new/", "照片太大了", "查询办理进度"),
        ("/deputies/1/edit/", "文件太大", "返回我的首页"),
    ],
)
def test_more_than_the_proxy_takes_is_refused_in_the_products_own_words(ports, folder, path, said, way):
    status, page = post(ports, folder, path, 60 << 20)
    assert status == 413
    assert said in page and "50 MB" in page and way in page and "nginx" not in page


def test_what_the_pages_promise_to_take_comes_through_the_proxy(ports, folder):
    """At most 5 files of 20 MB, 50 MB together: the product, not the proxy, answers a form of that size."""
    status, page = post(ports, folder, "/p/some-studio/new/", 51 << 20)
    assert status == 400 and "没有传完整" in page, "it is no form, as Django finds, which had to see it whole"


@pytest.mark.parametrize(
    "path", ["/internal-media/letter.txt", "/media/letter.txt", "/static/../data/media/letter.txt"]
)
def test_uploads_are_out_of_reach(get, path):
    response, body = get(path)
    assert b"personal" not in body
    assert response.status != 200


def test_logs_hold_no_query_and_no_token(get, folder):
    get("/p/evaluate/secret-token/?phone=13800000000")
    get("/healthz?phone=13800000000")
    time.sleep(0.2)
    log = (folder / "access.log").read_text()
    assert "/p/evaluate/" in log
    assert "secret-token" not in log
    assert "13800000000" not in log


def test_while_the_product_is_down_its_visitors_are_told_so_in_chinese(ports, folder):
    """Last here: it takes a proxy of its own, before a port where nothing answers."""
    alone = {**ports, "http": free_port(), "https": free_port(), "web": free_port()}
    (folder / "alone.conf").write_text(configured(folder, alone).replace("nginx.pid", "alone.pid"))
    proxy = subprocess.Popen([NGINX, "-e", "stderr", "-c", str(folder / "alone.conf"), "-g", "daemon off;"])
    try:
        while not answers(alone["https"]):
            time.sleep(0.1)
        context = ssl.create_default_context(cafile=folder / "secrets" / "tls.crt")
        connection = http.client.HTTPSConnection("localhost", alone["https"], timeout=120, context=context)
        connection.request("GET", "/p/track/")
        response = connection.getresponse()
        page = response.read().decode()
        assert response.status == 502 and "暂时打不开" in page and "Bad Gateway" not in page
    finally:
        proxy.terminate()
        proxy.wait(20)

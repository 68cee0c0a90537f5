"""A browser without script: keeps cookies, follows redirects, sends forms with the token and the referrer they need.

`Browser` asks the application in this process (django.test.Client, with its CSRF check); `RemoteBrowser` asks a server
at an address. Both give a `Page`.
"""

import http.cookiejar
import traceback
import urllib.error
import urllib.request
import uuid
from urllib.parse import urlencode, urljoin, urlsplit

from django.core.signals import got_request_exception
from django.test import Client

from .page import Form, Page

REDIRECTS = (301, 302, 303, 307, 308)
FILES = "files of"  # a value that is a file: (FILES, name, content, type)


class Browser:
    def __init__(self, base: str, address: str = "192.0.2.1"):
        """`base` is where the office is, such as https://localhost; `address` the network address of the person."""
        self.base, self.secure = base, base.startswith("https")
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        self.address = address
        self.errors: list[str] = []

    def get(self, url: str, referrer: str = "") -> Page:
        return self._follow(self._ask("GET", urljoin(self.base, url), None, referrer), referrer)

    def send(self, form: Form, values: dict, referrer: str) -> Page:
        if form.method == "GET":
            page = self.get(f"{form.action.partition('?')[0]}?{urlencode(values, doseq=True)}", referrer)
        else:
            page = self._follow(self._ask("POST", form.action, values, referrer), referrer)
        return page

    def _follow(self, page: Page, referrer: str) -> Page:
        for _turn in range(8):
            if page.status not in REDIRECTS:
                return page
            page = self._ask("GET", urljoin(page.url, page.headers.get("Location", "")), None, referrer)
        return page

    def _ask(self, method, url, values, referrer) -> Page:
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        extra = {"secure": self.secure, "REMOTE_ADDR": self.address, "HTTP_HOST": parts.netloc}
        if referrer:
            extra["HTTP_REFERER"] = referrer
        self.errors = []
        got_request_exception.connect(self._note)
        try:
            answer = (
                self.client.get(path, **extra)
                if method == "GET"
                else self.client.post(path, _posted(values), **extra)
            )
        finally:
            got_request_exception.disconnect(self._note)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        page = Page(url, answer.status_code, content, answer.get("Content-Type", ""), answer.headers)
        page.sent = method == "POST"
        return page

    def _note(self, sender, request=None, **kwargs):
        self.errors.append(traceback.format_exc(limit=-4))

    def forget(self) -> None:
        """Closes the browser: the next login starts from nothing."""
        self.client.cookies.clear()


def _posted(values: dict) -> dict:
    from django.core.files.uploadedfile import SimpleUploadedFile

    def one(value):
        return SimpleUploadedFile(*value[1:]) if isinstance(value, tuple) else value

    return {
        name: [one(v) for v in given] if isinstance(given, list) else one(given)
        for name, given in values.items()
    }


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


class RemoteBrowser(Browser):
    """The same against a server that runs somewhere; it moves no clock and reads no text message there."""

    def __init__(self, base: str, address: str = ""):
        self.base, self.errors = base, []
        self.forget()

    def forget(self) -> None:
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(_Stay, urllib.request.HTTPCookieProcessor(self.jar))

    def _ask(self, method, url, values, referrer) -> Page:
        body, kind = _multipart(values) if method == "POST" else (None, "")
        request = urllib.request.Request(url, body, {"Referer": referrer} if referrer else {}, method=method)  # noqa: S310
        if kind:
            request.add_header("Content-Type", kind)
        try:
            answer = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        page = Page(url, answer.status, answer.read(), answer.headers.get("Content-Type", ""), answer.headers)
        page.sent = method == "POST"
        return page


def _multipart(values: dict) -> tuple[bytes, str]:
    boundary, parts = uuid.uuid4().hex, []
    for name, given in values.items():
        for value in given if isinstance(given, list) else [given]:
            head, content = f'form-data; name="{name}"', value
            if isinstance(value, tuple):
                head, content = f'{head}; filename="{value[1]}"', value[2]
            data = content if isinstance(content, bytes) else str(content).encode()
            parts.append(f"--{boundary}\r\nContent-Disposition: {head}\r\n\r\n".encode() + data + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"

"""Fuzzing every form of every page: takes the forms a page holds, fills them in as a person would, spoils something,
sends them, and keeps whatever ended in an error of ours. The same seed sends the same requests."""

import traceback
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from urllib.parse import quote, urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from lxml import html

from tests.hostile.texts import SHORT, TEXTS
from tests.test_urls_by_role import address

PARAMETERS = ["page", "sort", "q", "county", "township", "period", "month", "status", "of", "next", "format"]
ODD_HEADERS = [
    {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "'\"><x"},
    {"HTTP_X_FORWARDED_FOR": "no address, ::1, \u202e"},
    {"HTTP_REFERER": "javascript:alert(1)"},
    {"HTTP_COOKIE": "sessionid=;; =; \x00"},
    {"HTTP_ACCEPT_LANGUAGE": "x" * 5000},
    {"CONTENT_TYPE": "application/json"},
    {"HTTP_IF_MODIFIED_SINCE": "yesterday"},
    {"HTTP_RANGE": "bytes=9-1"},
]
FILES = [b"", b"\0", b"%PDF-1.7", b"\xff\xd8\xff", b"PK\x03\x04" * 50, "a,b\n=1,\u202e\n".encode(), b"<svg/>"]
SCRIPT = "<script>alert(1)"


@dataclass(frozen=True)
class Target:
    """One form as one person found it, or an address that takes parameters."""

    who: str
    url: str
    method: str
    fields: tuple  # of (name, kind, value, the values offered)

    def __str__(self):
        return f"{self.who} {self.method} {self.url}"


def forms_of(page: bytes, url: str, who: str):
    for form in html.fromstring(page.decode()).iter("form"):
        fields = []
        for one in form.iterfind(".//*[@name]"):
            offered = tuple(option.get("value", "") for option in one.iter("option"))
            kind = one.get("type") or one.tag
            value = one.text or "" if one.tag == "textarea" else one.get("value", "")
            if kind != "submit" and one.get("name") != "csrfmiddlewaretoken":
                fields.append((one.get("name"), kind, value, offered))
        action = urljoin(url, form.get("action") or "")
        yield Target(who, action, (form.get("method") or "get").upper(), tuple(fields))


class Fuzz:
    def __init__(self, people, rng):
        self.people, self.rng = people, rng
        self.targets, self.statuses, self.errors = [], Counter(), []

    def find(self, who, url):
        """The forms of a page, and the page itself as something that takes parameters."""
        status, page = self.ask(who, "GET", url)
        if status == 200 and page.strip():
            forms = list(forms_of(page, url, who))
            known = {(target.who, urlsplit(target.url).path, target.fields) for target in self.targets}
            self.targets += [f for f in forms if (f.who, urlsplit(f.url).path, f.fields) not in known]
        if status:
            self.targets.append(Target(who, url, "GET", tuple((name, "", "", ()) for name in PARAMETERS)))

    def run(self, requests: int):
        # Each form once before any a second time.
        waiting = []
        for _ in range(requests):
            if not waiting:
                waiting = self.targets[:]
                self.rng.shuffle(waiting)
            self.one(waiting.pop())

    def one(self, target):
        rng = self.rng
        fields = [(name, self.filled(*rest)) for name, *rest in target.fields]
        who, method, url, more = target.who, target.method, target.url, {}
        for _ in range(rng.choice([1, 1, 1, 2, 4])):
            self.spoil(fields)
        chance = rng.random()
        if chance < 0.05:
            who = rng.choice(sorted(self.people))
        elif chance < 0.10:
            more = rng.choice(ODD_HEADERS)
        elif chance < 0.12:
            method = rng.choice(["PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "GET", "POST"])
        elif chance < 0.17:
            parts = url.split("/")
            parts[rng.randrange(1, len(parts))] = quote(rng.choice(list(SHORT.values())), safe="")
            url = "/".join(parts)
        self.ask(who, method, url, fields, **more)

    def filled(self, kind, value, offered):
        """What a person would type, where nothing stands yet."""
        rng = self.rng
        if kind == "select" and rng.random() < 0.7:
            return rng.choice(offered) if offered else ""
        if value or kind in ("hidden", ""):
            return value
        day = (timezone.localdate() + timedelta(days=rng.randrange(20))).isoformat()
        typed = {"date": day, "number": "3", "tel": "13812345678", "checkbox": "on", "month": day[:7]}
        return self.file() if kind == "file" else typed.get(kind, "桥头的路灯坏了")

    def spoil(self, fields):
        rng, texts = self.rng, TEXTS if self.rng.random() < 0.05 else SHORT
        if not fields:
            fields.append((rng.choice(PARAMETERS), rng.choice(list(texts.values()))))
            return
        place, text = rng.randrange(len(fields)), rng.choice(list(texts.values()))
        name, value = fields[place]
        what = rng.choice(["replace"] * 6 + ["drop", "double", "rename", "file", "append", "id"])
        if what == "drop":
            del fields[place]
        elif what == "double":
            fields.append((name, text))
        else:
            changed = {"append": f"{value}{text}", "file": self.file(), "id": str(rng.randrange(-2, 12))}
            fields[place] = (f"{name}{text}" if what == "rename" else name, changed.get(what, text))

    def file(self):
        name = self.rng.choice([*SHORT.values(), "台账.xlsx", "a.csv", "../../x.jpg"])
        # An empty name is no file: the browser then sends none.
        return SimpleUploadedFile(name.replace("/", "_") or "x", self.rng.choice(FILES))

    def ask(self, who, method, url, fields=(), **more):
        """(status, page); what it changed is undone, and what the database would say at its end is asked for."""
        client = Client()
        if self.people[who]:
            client.cookies = SimpleCookie({"sessionid": self.people[who]["sessionid"].value})
        data = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        try:
            with transaction.atomic():
                response = self.sent(client, method, url, data, more)
                if connection.vendor == "postgresql":
                    connection.check_constraints()
                transaction.set_rollback(True)
        except Exception as error:
            self.fail(who, method, url, fields, "".join(traceback.format_exception(error)[-4:]))
            return 0, b""
        self.statuses[response.status_code] += 1
        html_page = not response.streaming and "html" in response.get("Content-Type", "")
        page = response.content if html_page else b""
        if response.status_code >= 500:
            self.fail(who, method, url, fields, str(response.status_code))
        elif SCRIPT.encode() in page:
            self.fail(who, method, url, fields, "what was typed came back as code")
        return response.status_code, page

    def sent(self, client, method, url, data, more):
        if method == "POST" and not more.get("CONTENT_TYPE"):
            return client.post(url, data, **more)
        files = {name: [str(value) for value in values] for name, values in data.items()}
        if method == "GET":
            return client.get(url, files, **more)
        kind = more.pop("CONTENT_TYPE", "text/plain")
        return client.generic(method, url, str(files), content_type=kind, **more)

    def fail(self, who, method, url, fields, why):
        self.errors.append(f"{who} {method} {url}\n{repr(fields)[:1500]}\n{why}")


def pages(stage, table, rng, everybody):
    """(who, address) of every row of the matrix: all who may open it, or one of them."""
    for name, row in table.items():
        opens = sorted(row.opens) or sorted(row.outside)
        for who in opens if everybody or not opens else [rng.choice(opens)]:
            yield who, address(stage, name, row)

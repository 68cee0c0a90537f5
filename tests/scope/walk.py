"""One request of one person, and everything of the answer that a person, a program or a proxy can read."""

import io
import re
import zipfile
from contextlib import contextmanager
from http.cookies import SimpleCookie

from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client

TOKENS = re.compile(r'(csrfmiddlewaretoken" value="|"X-CSRFToken": "|submission_key" value=")[^"]*')


class Answer:
    def __init__(self, response, queries):
        self.status, self.queries = response.status_code, queries
        content = b"".join(response.streaming_content) if response.streaming else response.content
        left_out = {"Set-Cookie", "Expires"}  # a session's own key; the second of the answer
        self.headers = {name: value for name, value in response.headers.items() if name not in left_out}
        self.text = _read(content)

    @property
    def everything(self) -> str:
        return f"{self.headers}\n{self.text}"


def _read(content: bytes) -> str:
    """A page as text; of a workbook or document every part that is packed in it."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return "\n".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    return TOKENS.sub(r"\1", content.decode("utf-8", "replace"))


def session_of(user):
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def ask(session, url, post=None, **headers) -> Answer:
    """What the person of `session` (None: nobody) gets; whatever the request changed is undone."""
    client = Client(raise_request_exception=False)
    client.cookies = SimpleCookie({"sessionid": session} if session else {})
    queries = []

    def noted(execute, *args):
        queries.append(1)
        return execute(*args)

    with transaction.atomic(), connection.execute_wrapper(noted):
        response = client.get(url, **headers) if post is None else client.post(url, post, **headers)
        answer = Answer(response, len(queries))
        transaction.set_rollback(True)
    return answer


@contextmanager
def names_read():
    """The names that a view looks for in its address, collected while it runs."""
    found, plain = set(), {}

    def noting(method):
        def read(self, name, *args, **kwargs):
            if isinstance(name, str):
                found.add(name)
            return plain[method](self, name, *args, **kwargs)

        return read

    for method in ("__getitem__", "get", "getlist", "__contains__"):  # which it inherits
        plain[method] = getattr(QueryDict, method)
        setattr(QueryDict, method, noting(method))
    try:
        yield found
    finally:
        for method in plain:
            delattr(QueryDict, method)

"""As much of an S3-compatible store as uploads need, in this process: put, get, head, delete and list of one bucket."""

import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def key(self) -> str:
        return unquote(urlsplit(self.path).path).split("/", 2)[2] if self.path.count("/") > 1 else ""

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" in (self.headers.get("Content-Encoding") or ""):
            first, _crlf, rest = body.partition(b"\r\n")
            body = rest[: int(first.split(b";")[0], 16)]
        self.server.signed.append(self.headers.get("Authorization", ""))
        self.server.kept[self.key()] = body
        self.answer(200, ETag='"x"')

    def do_GET(self):
        if not self.key():
            return self.listing(parse_qs(urlsplit(self.path).query))
        body = self.server.kept.get(self.key())
        if body is None:
            return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        facts = {"ETag": '"x"', "Last_Modified": self.server.moment.strftime("%a, %d %b %Y %H:%M:%S GMT")}
        return self.answer(200, body, Content_Length=str(len(body)), **facts)

    do_HEAD = do_GET

    def do_DELETE(self):
        self.server.kept.pop(self.key(), None)
        self.answer(204)

    def listing(self, asked):
        prefix = asked.get("prefix", [""])[0]
        names = [name for name in self.server.kept if name.startswith(prefix)]
        files = "".join(
            f"<Contents><Key>{escape(name)}</Key><Size>1</Size></Contents>"
            for name in names
            if "/" not in name[len(prefix) :]
        )
        folders = {
            prefix + name[len(prefix) :].split("/")[0] + "/" for name in names if "/" in name[len(prefix) :]
        }
        inner = "".join(
            f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>" for name in folders
        )
        self.answer(
            200,
            f'<?xml version="1.0"?><ListBucketResult>{files}{inner}</ListBucketResult>'.encode(),
            Content_Type="application/xml",
        )

    def log_message(self, *args):
        pass


def serve():
    """A running store; `kept` is what it holds. The caller shuts it down."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.kept, server.signed = {}, []
    server.moment = datetime(2026, 11, 2, tzinfo=UTC)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server

"""A text message gateway on the loopback that behaves as it is told, and counts what it has really read."""

import json
import socketserver
import threading

ANSWERS = {
    "ok": (200, '{"id": "m-1"}'),
    "no_id": (200, '{"done": true}'),
    "nested": (201, '{"data": {"id": 7}}'),
    "not_json": (200, "<html>ok</html>"),
    "rejects": (422, '{"error": "number"}'),
    "busy": (429, "{}"),
    "broken": (500, "oops"),
    "moved": (302, ""),
    "bad_gateway": (502, "<html>Bad Gateway</html>"),
    "gateway_timeout": (504, ""),
    "unavailable": (503, ""),
    "not_now": (503, "", "Retry-After: 30"),
    "conflict": (409, '{"error": "in progress"}'),
    "limit": (200, '{"Code": "LIMIT_CONTROL", "id": "x"}'),
}


class Gateway(socketserver.ThreadingTCPServer):
    """`mode` is a key of ANSWERS, `slow` (reads, never answers) or `drops` (reads, hangs up)."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.mode, self.read = "ok", []
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/send?channel=1"

    def close(self):
        self.released.set()
        self.shutdown()
        self.server_close()


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline().decode().strip()
        headers = {}
        while header := self.rfile.readline().decode().strip():
            name, value = header.split(": ", 1)
            headers[name.lower()] = value
        body = json.loads(self.rfile.read(int(headers["content-length"])))
        self.server.read.append({"line": line, "headers": headers, "body": body})
        if self.server.mode == "slow":
            self.server.released.wait(20)
        elif self.server.mode != "drops":
            status, text, *more = ANSWERS[self.server.mode]
            head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(text)}", "Connection: close", *more]
            self.wfile.write(("\r\n".join(head) + "\r\n\r\n" + text).encode())

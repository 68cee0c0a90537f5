"""A reference SMS gateway: brings messages as docs/sms-gateway.md says, each as often as it is told to."""

import itertools
import json
import time

from incoming.signature import signature

KEY = "key-of-the-gateway-of-at-least-32-characters"
ADDRESS = "/received/sms/"


class Gateway:
    """Calls the address through a Django test client. `brings` returns the last answer."""

    def __init__(self, client, key=KEY):
        self.client, self.key, self.ids = client, key, itertools.count(1)

    def brings(self, phone, text, *, identity=None, times=1, age=0, **headers):
        told = {"id": identity or f"in-{next(self.ids)}", "from": phone, "text": text}
        body = json.dumps(told, ensure_ascii=False).encode()
        stamp = str(int(time.time()) - age)
        signed = {"X-Timestamp": stamp, "X-Signature": signature(self.key, stamp, body), **headers}
        for _ in range(times):
            answer = self.client.post(
                ADDRESS, body, content_type="application/json", secure=True, headers=signed
            )
        return answer

"""What a browser keeps between a POST and the page it leads to: encrypted, short-lived cookies (ADR 0040).

So a result has an address of its own, can be loaded again, and neither the address nor a log nor the server holds it.
"""

from dataclasses import dataclass
from typing import TypeVar

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from .crypto import cipher

Response = TypeVar("Response", bound=HttpResponseBase)


@dataclass(frozen=True)
class EncryptedCookie:
    """One cookie, sent to addresses under `path` only; it counts for `seconds`, whatever the browser does with it."""

    name: str
    seconds: int
    path: str

    def read(self, request: HttpRequest) -> str:
        """Return its value; "" for one that is missing, too old, or not ours."""
        try:
            name, value = (
                cipher().decrypt(request.COOKIES.get(self.name, ""), ttl=self.seconds).decode().split(" ", 1)
            )
        except InvalidToken:
            return ""
        return value if name == self.name else ""

    def keep(self, response: Response, value: str) -> Response:
        """Have the browser keep `value` until it is closed; returns the response."""
        encrypted = cipher().encrypt(f"{self.name} {value}".encode()).decode()
        response.set_cookie(
            self.name, encrypted, path=self.path, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
        )  # fmt: skip
        return response

    def forget(self, response: Response) -> Response:
        """Have the browser delete it; returns the response."""
        response.delete_cookie(self.name, path=self.path, samesite="Lax")
        return response

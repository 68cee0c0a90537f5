"""What a browser keeps between two public pages: signed, short-lived cookies under /p/, and nothing else.

None of them holds the query code, a name or a word; what they hold is worthless without the server's key (ADR 0024).
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

PATH = "/p/"


@dataclass(frozen=True)
class Kept:
    """One signed cookie; it counts for `seconds`, whatever the browser does with it."""

    name: str
    seconds: int

    @property
    def _signer(self) -> TimestampSigner:
        return TimestampSigner(salt=f"portal.{self.name}")

    def read(self, request) -> str:
        """Its value; "" for one that is missing, too old, or not ours."""
        try:
            return self._signer.unsign(request.COOKIES.get(self.name, ""), max_age=self.seconds)
        except BadSignature:
            return ""

    def keep(self, response, value: str):
        """Have the browser keep `value` until it is closed; returns the response."""
        response.set_cookie(
            self.name, self._signer.sign(value), path=PATH, samesite="Lax", httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
        return response

    def forget(self, response):
        response.delete_cookie(self.name, path=PATH, samesite="Lax")
        return response


FORM = Kept("form", 24 * 3600)  # the key of the form that is being filled in: Back shows the same one
RECEIPT = Kept("receipt", 30 * 60)  # the key of the form that was sent: its receipt may be looked at again
MATTER = Kept("matter", 60 * 60)  # the number of the matter that was looked up

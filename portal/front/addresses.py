"""Whole addresses of public pages: under the office's own name where it has set one (PUBLIC_URL)."""

from django.conf import settings
from django.http import HttpRequest


def whole(request: HttpRequest, path: str) -> str:
    """Return `path` as an address that can be printed, sent or fed to a reader."""
    return settings.PUBLIC_URL.rstrip("/") + path if settings.PUBLIC_URL else request.build_absolute_uri(path)

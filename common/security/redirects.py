"""Where a page sends a person back to: an address of this site, whatever a forged link or form says."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next_url(request: HttpRequest, wanted: str) -> str:
    """Return `wanted` where it is a path of this site, else the address of the person's home."""
    here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if here and wanted.startswith("/") else reverse("home")


def page_before(request: HttpRequest) -> str:
    """Return the page a form was sent from, by the Referer header; the person's home where there is none."""
    page = urlsplit(request.headers.get("Referer", ""))
    return safe_next_url(
        request, page._replace(scheme="", netloc="").geturl() if page.netloc == request.get_host() else ""
    )

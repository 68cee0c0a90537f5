"""Where a page sends a person back to: an address of this site, whatever a forged link or form says."""

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request, wanted: str) -> str:
    """`wanted` where it is a path here, else the person's home."""
    here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if here and wanted.startswith("/") else reverse("home")

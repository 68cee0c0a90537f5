"""Headers that every answer carries, and what no address may contain."""

from django.shortcuts import render

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PERMISSIONS = ", ".join(
    f"{name}=()" for name in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
)


class HardeningMiddleware:
    """No inline code runs, nothing is loaded from elsewhere, no page is framed. A view's own policy stays."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # PostgreSQL cannot hold a NUL: such an address names nothing here. In a form or a filter its field says so.
        nul = "\0" in request.path
        response = render(request, "404.html", status=404) if nul else self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

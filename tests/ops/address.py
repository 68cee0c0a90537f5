"""A WSGI application that answers with the address which the product takes for the client's (test_proxy.py)."""

import os

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress_liaison.settings")
get_wsgi_application()


def application(environ, start_response):
    from common.security.client_address import client_address

    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(client_address(WSGIRequest(environ))).encode()]

"""The WSGI entry point for gunicorn. Settings that need the apps to be judged, such as SMS_GATEWAY, are checked here as
every manage.py command checks them: a wrong one ends the start."""

import os

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from common.db import limits
from common.ops.shedding import shedding

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress_liaison.settings")
django_application = get_wsgi_application()


def busy_page() -> bytes:
    """Return the page for those who come while too many others wait."""
    from portal import unavailable  # has models, which Django must have loaded

    return unavailable.busy_page()


limits.for_pages()
application = shedding(django_application, busy_page)
if wrong := [str(found) for found in checks.run_checks() if found.is_serious()]:
    raise ImproperlyConfigured("\n".join(wrong))

"""The WSGI entry point for gunicorn. Settings that need the apps to be judged, such as SMS_GATEWAY, are checked here as
every manage.py command checks them: a wrong one ends the start."""

import os

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress_liaison.settings")
application = get_wsgi_application()
if wrong := [str(found) for found in checks.run_checks() if found.is_serious()]:
    raise ImproperlyConfigured("\n".join(wrong))

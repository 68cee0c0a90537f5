"""The product's settings, and beside it the floors: bare views behind the same session, login and CSRF middleware."""

from congress_liaison.settings import *  # noqa: F403 - a settings file
from congress_liaison.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.floors"]
MIDDLEWARE = ["benchmarks.counting.CountingMiddleware", *MIDDLEWARE]
ROOT_URLCONF = "benchmarks.urls"

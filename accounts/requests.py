"""The type of a request behind the login, for annotations."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from .models import User


class StaffRequest(HttpRequest):
    """A request of a person who is logged in, as every view gets it that is not public
    (accounts/middleware.py). Only a type: Django makes none."""

    user: User
    htmx: HtmxDetails

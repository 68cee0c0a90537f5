"""Which views a stranger reaches: those marked `public`, and no others."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required

from .context import COOKIE, FIELD, keep_display, modes_in


def public_view(view):
    """No login is asked for, and a person who is logged in is nobody special here.

    A form sent by one of the display buttons comes back as it was typed, in the display that was asked for; nothing
    else is done with it (portal.forms.Plain).
    """

    @wraps(view)
    def opened(request, *args, **kwargs):
        switched = request.method == "POST" and FIELD in request.POST
        if switched:
            request.COOKIES[COOKIE] = ".".join(modes_in(request.POST[FIELD]))
        response = view(request, *args, **kwargs)
        if switched:
            keep_display(request, response)
            response.status_code = 200 if response.status_code == 422 else response.status_code
        response.headers.setdefault("X-Robots-Tag", "noindex")
        return response

    return login_not_required(opened)

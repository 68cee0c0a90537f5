"""How the public pages look to the person who reads them."""


def display(request):
    """Context processor: `display`, the modes chosen in portal.views.pages.display."""
    from portal.views.pages import DISPLAY_COOKIE, DISPLAYS

    chosen = request.COOKIES.get(DISPLAY_COOKIE, "").split(".")
    return {"display": [mode for mode in DISPLAYS if mode in chosen]}

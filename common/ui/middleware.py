"""The language of a page: Chinese, until the person chooses otherwise; and how a script learns where to go on."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.http.response import HttpResponseRedirectBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect


class LanguageMiddleware:
    """Takes the language from the cookie that Django's `set_language` writes, else settings.LANGUAGE_CODE.

    Django's own LocaleMiddleware would follow the browser, and turn the product English on an office
    computer whose browser was installed in English.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]  # as Django's own middleware sets it
        # Not undone afterwards: a streamed workbook is still being written when the view has returned.
        translation.activate(language)
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response


class ScriptRedirectMiddleware:
    """Gives a script (HX-Request) the address of a redirect, so that it opens it as a page: the browser would follow
    the redirect inside the script's request, and a message shown once would be shown to nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not (request.headers.get("HX-Request") and isinstance(response, HttpResponseRedirectBase)):
            return response
        answer = HttpResponseClientRedirect(response.url)
        answer.cookies = response.cookies
        return answer

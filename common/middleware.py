"""The language of a page: Chinese, until the person chooses otherwise."""

from django.conf import settings
from django.utils import translation
from django.utils.cache import patch_vary_headers


class LanguageMiddleware:
    """Takes the language from the cookie that Django's `set_language` writes, else settings.LANGUAGE_CODE.

    Django's own LocaleMiddleware would follow the browser, and turn the product English on an office
    computer whose browser was installed in English.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        # Not undone afterwards: a streamed workbook is still being written when the view has returned.
        translation.activate(language)
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response

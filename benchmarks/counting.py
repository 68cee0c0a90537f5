"""How many statements an answer took, in its header X-Statements; savepoints are not counted."""

from django.db import connection


class CountingMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        counted = 0

        def count(execute, sql, params, many, context):
            nonlocal counted
            counted += not sql.startswith(("SAVEPOINT", "RELEASE"))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            response = self.get_response(request)
            if hasattr(response, "render") and not response.is_rendered:
                response.render()
        response["X-Statements"] = counted
        return response

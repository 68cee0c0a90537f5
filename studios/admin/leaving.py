"""A change in the administration after which nobody could act somewhere is shown first: what is open there, and who
takes over. Nothing is saved until that is answered."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin
from django.contrib.messages.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from studios import leaving
from studios.models import Membership

NOBODY = "nobody"


if TYPE_CHECKING:
    _Base = ModelAdmin
else:
    _Base = object


class LeavingMixin(_Base):
    """Of a ModelAdmin. Says which agencies a change concerns, who may take over, and what the answer does."""

    leaving_question: str | Promise = ""
    nobody_label: str | Promise = ""

    def agencies_of(self, obj: Any) -> set[int]:
        """Return the keys of the agencies in which the change may leave nobody to act."""
        raise NotImplementedError

    def memberships_of(self, obj: Any) -> list[Membership]:
        """Return the memberships of a clerk, a triage officer or a supervisor that the change may end."""
        return []

    def successors(self, request: HttpRequest, obj: Any, left: list[leaving.Left]) -> QuerySet:
        """Return the rows from which a successor is chosen."""
        raise NotImplementedError

    def take_over(self, request: HttpRequest, obj: Any, left: list[leaving.Left], successor: Any) -> None:
        """Hand what is left to `successor`; None: nobody is left to act."""
        raise NotImplementedError

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save the change; where nobody could act afterwards, roll back and ask for a successor first (422)."""
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        obj = self.get_object(request, object_id)
        with transaction.atomic():
            keys = leaving.able(self.agencies_of(obj)) if obj else set()
            memberships = self.memberships_of(obj) if obj else []
            response = super().changeform_view(request, object_id, form_url, extra_context)
            saved = response.status_code == 302
            left = leaving.left_behind(keys) if keys and saved else []
            left += leaving.left_unmanned(memberships) if memberships and saved else []
            if not left:
                return response
            choices = list(self.successors(request, obj, left))
            answer = request.POST.get("successor", "")
            chosen = next((row for row in choices if str(row.pk) == answer), None)
            if chosen or answer == NOBODY:
                self.take_over(request, obj, left, chosen)
                return response
            transaction.set_rollback(True)
        # What was "changed successfully" was not.
        request._messages = default_storage(request)  # type: ignore[attr-defined]  # as MessageMiddleware sets it
        return self._ask(request, obj, left, choices)

    def _ask(
        self, request: HttpRequest, obj: Any, left: list[leaving.Left], choices: list[Any]
    ) -> HttpResponse:
        typed = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in ("csrfmiddlewaretoken", "successor")
        ]
        context = self.admin_site.each_context(request) | {
            "title": _("Nobody could act any more: %s") % obj,
            "opts": self.opts,
            "object": obj,
            "left": left,
            "choices": choices,
            "typed": typed,
            "question": self.leaving_question,
            "nobody": NOBODY,
            "nobody_label": self.nobody_label,
        }
        return TemplateResponse(request, "admin/leaving.html", context, status=422)

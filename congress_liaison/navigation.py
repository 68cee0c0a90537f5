"""The navigation that a person's roles open."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common.ui.addresses import address_of
from studios.permissions.roles import CORRESPONDENTS, OVERSEERS, READERS, Role
from studios.permissions.scope import scope_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Entry:
    """One line of the navigation; `roles` empty means everybody who is logged in."""

    label: "StrOrPromise"
    icon: str
    view: str
    roles: frozenset[str] = frozenset()


ENTRIES = [
    Entry(_("My work"), "house", "home"),
    Entry(_("Log an opinion"), "pencil-square", "opinions:new", frozenset([Role.CLERK, Role.DEPUTY])),
    Entry(_("My page as deputy"), "person-badge", "deputies:own", frozenset([Role.DEPUTY])),
    Entry(_("Opinions"), "chat-left-text", "opinions:list", READERS),
    Entry(_("Triage desk"), "signpost-split", "opinions:triage_desk", frozenset([Role.TRIAGE_OFFICER])),
    Entry(_("Handler's desk"), "inbox", "opinions:handling_desk", frozenset([Role.HANDLER])),
    Entry(_("Hot topics"), "fire", "opinions:topics", OVERSEERS),
    Entry(
        _("Routing rules"),
        "signpost",
        "opinions:triage_rules",
        frozenset([Role.TRIAGE_OFFICER, Role.ADMINISTRATOR]),
    ),
    Entry(_("Letters to sign off"), "pen", "opinions:letters_to_sign", OVERSEERS),
    Entry(_("Letters"), "envelope-paper", "letters:list", CORRESPONDENTS),
    Entry(
        _("Supervision"), "alarm", "supervision:overdue", frozenset([Role.SUPERVISOR, Role.COUNTY_OFFICIAL])
    ),
    Entry(_("Messages from citizens"), "chat-right-text", "incoming:list", frozenset([Role.CLERK])),
    Entry(
        _("Outbox"),
        "send",
        "notifications:outbox",
        frozenset([Role.CLERK, Role.TRIAGE_OFFICER, Role.SUPERVISOR]),
    ),
    Entry(_("Dashboard"), "bar-chart", "reports:dashboard", OVERSEERS | {Role.CLERK}),
    Entry(_("Monthly reports"), "file-earmark-spreadsheet", "reports:months", OVERSEERS),
    Entry(
        _("Studios and assessment criteria"), "card-checklist", "reports:studios", OVERSEERS | {Role.CLERK}
    ),
    Entry(_("Liaison studios"), "building", "studios:list", READERS | {Role.ADMINISTRATOR}),
    Entry(_("Deputies"), "people", "deputies:list", READERS | {Role.ADMINISTRATOR}),
    Entry(_("Activities"), "calendar3", "activities:calendar", READERS | {Role.ADMINISTRATOR}),
    Entry(_("Changes of townships"), "signpost", "studios:changes", frozenset([Role.ADMINISTRATOR])),
    Entry(_("Import"), "upload", "opinions:imports", frozenset([Role.CLERK, Role.TRIAGE_OFFICER])),
    Entry(_("Work calendar"), "calendar3", "calendar:this_year"),
    Entry(_("Time limits"), "stopwatch", "opinions:limits", frozenset(Role)),
    Entry(_("Audit trail"), "shield-check", "audit", frozenset([Role.AUDITOR])),
    Entry(_("Letter templates"), "file-earmark-word", "letters:templates", frozenset([Role.ADMINISTRATOR])),
    Entry(_("Escalation policy"), "bar-chart-steps", "supervision:ladder", frozenset([Role.ADMINISTRATOR])),
    Entry(_("Accounts"), "people", "users:list", frozenset([Role.ADMINISTRATOR])),
    Entry(_("Administration"), "gear", "admin:index", frozenset([Role.ADMINISTRATOR])),
]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return, as a context processor, `navigation` (dicts of label, icon, url, active), `my_roles` (labels, each once),
    `may_search` (the opinions, from the top bar)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    scope = scope_of(user)
    here = request.path
    entries = []
    for entry in ENTRIES:
        if entry.roles and not scope.has(*entry.roles):
            continue
        url = address_of(entry.view)
        entries.append({"label": entry.label, "icon": entry.icon, "url": url, "active": here == url})
    labels = dict.fromkeys(m.get_role_display() for m in scope.memberships)
    return {"navigation": entries, "my_roles": list(labels), "may_search": scope.has(*READERS)}

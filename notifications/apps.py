from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from accounts import audit
        from deputies.activities import events
        from studios.areas import changes

        from . import activities, alarms, areas, checks  # noqa: F401

        audit.ALARMED.append(alarms.tell_auditors)

        events.LISTENERS.append(activities.tell)
        changes.RECORDED.append(areas.tell)

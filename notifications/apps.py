from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from deputies.activities import events

        from . import activities, checks  # noqa: F401

        events.LISTENERS.append(activities.tell)

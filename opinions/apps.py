from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpinionsConfig(AppConfig):
    name = "opinions"
    verbose_name = _("Opinions")

    def ready(self):
        from common.ui import in_sight
        from notifications import services as outbox
        from opinions.models.conditions import numbers_seen
        from opinions.models.ledger import newest_time
        from opinions.workflow import undelivered
        from opinions.workflow.calendar_changes import count_moving, follow_calendar
        from opinions.workflow.leaving import WORK
        from opinions.workflow.township_changes import HANDLER
        from studios import leaving
        from studios.areas.change_handlers import HANDLERS
        from workdays import clock, services

        services.after_import.append(follow_calendar)
        services.before_import.append(count_moving)
        HANDLERS.append(HANDLER)
        outbox.FAILED.append(undelivered.handle_undelivered)
        leaving.WORK.append(WORK)
        clock.RECORDED.append(newest_time)
        in_sight.PROVIDERS.append(numbers_seen)

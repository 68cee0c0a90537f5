from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpinionsConfig(AppConfig):
    name = "opinions"
    verbose_name = _("Opinions")

    def ready(self):
        from common import in_sight
        from notifications import services as outbox
        from opinions.conditions import numbers_seen
        from opinions.workflow import undelivered
        from opinions.workflow.calendar import count_moving, follow_calendar
        from opinions.workflow.leaving import WORK
        from opinions.workflow.townships import FOLLOWER
        from studios import leaving
        from studios.followers import FOLLOWERS
        from workdays import services

        services.after_import.append(follow_calendar)
        services.before_import.append(count_moving)
        FOLLOWERS.append(FOLLOWER)
        outbox.FAILED.append(undelivered.hear)
        leaving.WORK.append(WORK)
        in_sight.ASKED.append(numbers_seen)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpinionsConfig(AppConfig):
    name = "opinions"
    verbose_name = _("Opinions")

    def ready(self):
        from opinions.workflow.due import follow_calendar
        from workdays import services

        services.after_import.append(follow_calendar)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeputiesConfig(AppConfig):
    name = "deputies"
    verbose_name = _("Deputies")

    def ready(self) -> None:
        from deputies import townships
        from studios.areas.change_handlers import HANDLERS

        HANDLERS.extend(townships.CHANGE_HANDLERS)

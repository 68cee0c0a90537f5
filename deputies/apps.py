from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeputiesConfig(AppConfig):
    name = "deputies"
    verbose_name = _("Deputies")

    def ready(self) -> None:
        from deputies import accounts, townships
        from studios.areas.change_handlers import HANDLERS
        from studios.users.services import GIVEN

        HANDLERS.extend(townships.CHANGE_HANDLERS)
        GIVEN.append(accounts.link)

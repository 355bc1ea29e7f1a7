from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "staff.agencies"
    label = "agencies"
    verbose_name = "Agencies"

    def ready(self) -> None:
        from sendco.notifications.sources import register_source

        from .sources import reminders

        register_source("referrals", reminders)

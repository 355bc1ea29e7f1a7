from django.apps import AppConfig


class ProvisionConfig(AppConfig):
    name = "provision"
    label = "provision"
    verbose_name = "Provision"

    def ready(self) -> None:
        from pupils.querysets import register_support
        from pupils.register import register_column_source
        from sendco.notifications.sources import register_source

        from . import receivers  # noqa: F401  connects to signals of the floor
        from .querysets import last_ratings, pupils_supported_by, weekly_minutes
        from .reminders import not_logged

        register_support(pupils_supported_by)
        register_column_source("hours", weekly_minutes)
        register_column_source("ratings", last_ratings)
        register_source("provision", not_logged)

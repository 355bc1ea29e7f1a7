from django.apps import AppConfig


class DeploymentConfig(AppConfig):
    name = "staff.deployment"
    label = "deployment"
    verbose_name = "Deployment"

    def ready(self) -> None:
        from sendco.notifications.sources import register_source

        from .sources import reminders

        register_source("cover", reminders)

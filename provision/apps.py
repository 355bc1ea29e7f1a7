from django.apps import AppConfig


class ProvisionConfig(AppConfig):
    name = "provision"
    label = "provision"
    verbose_name = "Provision"

    def ready(self) -> None:
        from pupils.querysets import register_support

        from .querysets import pupils_supported_by

        register_support(pupils_supported_by)

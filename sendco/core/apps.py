from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "sendco.core"
    label = "core"
    verbose_name = "Core"

    def ready(self) -> None:
        from . import checks, native  # noqa: F401

        native.load()

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sendco.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from . import kept_work  # noqa: F401  connects the signal

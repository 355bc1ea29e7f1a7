from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "staff.agencies"
    label = "agencies"
    verbose_name = "Agencies"

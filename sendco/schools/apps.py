from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "sendco.schools"
    label = "schools"
    verbose_name = "Schools"

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "sendco.imports"
    label = "imports"
    verbose_name = "Imports"

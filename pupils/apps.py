from django.apps import AppConfig


class PupilsConfig(AppConfig):
    name = "pupils"
    label = "pupils"
    verbose_name = "Pupils"

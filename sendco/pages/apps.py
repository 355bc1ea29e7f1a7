from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "sendco.pages"
    label = "pages"
    verbose_name = "Pages"

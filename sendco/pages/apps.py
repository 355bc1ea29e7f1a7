from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "sendco.pages"
    label = "pages"
    verbose_name = "Pages"

    def ready(self) -> None:
        from pupils.register import FilterSource, register_filter_source

        from .feeds import stuck_ids

        register_filter_source(FilterSource("progress", "Progress", {"none": "No gain in 6 ratings"}, stuck_ids))

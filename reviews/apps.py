from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"
    label = "reviews"
    verbose_name = "Reviews"

    def ready(self) -> None:
        from pupils.register import register_column_source
        from sendco.notifications.fillers import register_filler
        from sendco.notifications.sources import register_source

        from .feeds import next_steps
        from .links import MARK, fill_mark
        from .sources import reminders

        register_column_source("next_step", next_steps)
        register_filler(MARK, fill_mark)
        register_source("reviews", reminders)

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"
    label = "reviews"
    verbose_name = "Reviews"

    def ready(self) -> None:
        from sendco.notifications.fillers import register_filler

        from .links import MARK, fill_mark

        register_filler(MARK, fill_mark)

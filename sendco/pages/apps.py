from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "sendco.pages"
    label = "pages"
    verbose_name = "Pages"

    def ready(self) -> None:
        from pupils.register import ChosenAction, FilterSource, register_chosen_action, register_filter_source
        from sendco.accounts.permissions import Permission

        from .feeds import stuck_ids
        from .half_term import HALF_TERM, ids_to_review

        register_filter_source(FilterSource("progress", "Progress", {"none": "No gain in 6 ratings"}, stuck_ids))
        register_filter_source(
            FilterSource(
                "review",
                "Review",
                {HALF_TERM: "This half term"},
                ids_to_review,
                tabs={HALF_TERM: "Review this half term"},
            )
        )
        register_chosen_action(
            ChosenAction("group", "Add to a group", "users", "pages:chosen-group", Permission.PROVISION_EDIT)
        )
        register_chosen_action(
            ChosenAction("review", "Schedule a review", "calendar-plus", "pages:chosen-reviews", Permission.REVIEW_EDIT)
        )

from django.urls import path

from .views import account, chosen, gallery, home, pupil, search, words

app_name = "pages"
urlpatterns = [
    path("", home.home, name="home"),
    path("today/print/", home.today_print, name="today-print"),
    path("search/", search.search, name="search"),
    path("help/", words.help_page, name="help"),
    path("accessibility/", words.accessibility, name="accessibility"),
    path("school/switch/", account.school_switch, name="school-switch"),
    path("account/display/", account.display, name="display"),
    path("account/kept/", account.kept_work, name="kept-work"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("register/chosen/group/", chosen.chosen_group, name="chosen-group"),
    path("register/chosen/group/undo/", chosen.chosen_group_undo, name="chosen-group-undo"),
    path("register/chosen/reviews/", chosen.chosen_reviews, name="chosen-reviews"),
    path("pupils/<int:pk>/", pupil.overview, name="pupil"),
    path("pupils/<int:pk>/profile/", pupil.profile, name="pupil-profile"),
    path("pupils/<int:pk>/needs/", pupil.needs, name="pupil-needs"),
    path("pupils/<int:pk>/plan/", pupil.plan, name="pupil-plan"),
    path("pupils/<int:pk>/provision/", pupil.provision, name="pupil-provision"),
    path("pupils/<int:pk>/reviews/", pupil.reviews, name="pupil-reviews"),
    path("pupils/<int:pk>/documents/", pupil.documents, name="pupil-documents"),
    path("pupils/<int:pk>/timeline/", pupil.timeline, name="pupil-timeline"),
    path("pupils/<int:pk>/access/", pupil.access, name="pupil-access"),
    path("pupils/<int:pk>/print/", pupil.print_pack, name="pupil-print"),
]

from django.urls import path

from .views import account, gallery, home, search, words

app_name = "pages"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("help/", words.help_page, name="help"),
    path("accessibility/", words.accessibility, name="accessibility"),
    path("school/switch/", account.school_switch, name="school-switch"),
    path("account/display/", account.display, name="display"),
    path("account/kept/", account.kept_work, name="kept-work"),
    path("gallery/", gallery.gallery, name="gallery"),
]

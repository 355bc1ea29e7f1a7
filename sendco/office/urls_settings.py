from django.urls import path

from . import views_settings as views

app_name = "schools"
urlpatterns = [
    path("", views.settings_page, name="settings"),
    path("federation/", views.federation, name="federation"),
    path("school/", views.school_edit, name="school"),
    path("terms/add/", views.term, name="term-add"),
    path("terms/<int:pk>/", views.term, name="term"),
    path("terms/<int:pk>/remove/", views.term_remove, name="term-remove"),
    path("closures/add/", views.closure, name="closure-add"),
    path("closures/<int:pk>/", views.closure, name="closure"),
    path("closures/<int:pk>/remove/", views.closure_remove, name="closure-remove"),
    path("rates/add/", views.rate_add, name="rate-add"),
    path("classes/add/", views.classes_add, name="classes-add"),
]

from django.urls import path

from . import views_people as views

app_name = "accounts"
urlpatterns = [
    path("", views.people, name="people"),
    path("permissions/", views.permissions, name="permissions"),
    path("add/", views.person_add, name="person-add"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/edit/", views.person_edit, name="person-edit"),
    path("<int:pk>/password-link/", views.password_link, name="password-link"),
    path("<int:pk>/roles/add/", views.membership_add, name="membership-add"),
    path("roles/<int:pk>/end/", views.membership_end, name="membership-end"),
    path("roles/<int:pk>/classes/", views.membership_classes, name="membership-classes"),
]

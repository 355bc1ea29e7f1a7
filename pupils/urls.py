from django.urls import path

from .views import contacts, grants, mine, needs, pupil, register

app_name = "pupils"
urlpatterns = [
    path("register/", register.register_list, name="register"),
    path("register/add/", pupil.register_add, name="register-add"),
    path("register/export/", register.register_export, name="register-export"),
    path("register/print/", register.register_print, name="register-print"),
    path("register/chosen/", register.register_chosen, name="register-chosen"),
    path("register/views/add/", register.view_add, name="saved-view-add"),
    path("register/views/<slug:slug>/", register.saved_view, name="saved-view"),
    path("register/views/<slug:slug>/delete/", register.view_delete, name="saved-view-delete"),
    path("my-pupils/", mine.my_pupils, name="mine"),
    path("pupils/add/", pupil.pupil_add, name="pupil-add"),
    path("pupils/<int:pk>/edit/", pupil.pupil_edit, name="pupil-edit"),
    path("pupils/<int:pk>/support/", pupil.support_change, name="support-change"),
    path("pupils/<int:pk>/support/told/", pupil.support_told, name="support-told"),
    path("pupils/<int:pk>/tags/", pupil.tags_edit, name="tags-edit"),
    path("pupils/<int:pk>/leave/", pupil.pupil_leave, name="pupil-leave"),
    path("pupils/<int:pk>/return/", pupil.pupil_return, name="pupil-return"),
    path("pupils/<int:pk>/needs/add/", needs.need_add, name="need-add"),
    path("needs/<int:pk>/edit/", needs.need_edit, name="need-edit"),
    path("needs/<int:pk>/end/", needs.need_end, name="need-end"),
    path("needs/<int:pk>/move/", needs.need_move, name="need-move"),
    path("pupils/<int:pk>/contacts/add/", contacts.contact_add, name="contact-add"),
    path("contacts/<int:pk>/edit/", contacts.contact_edit, name="contact-edit"),
    path("contacts/<int:pk>/remove/", contacts.contact_remove, name="contact-remove"),
    path("pupils/<int:pk>/grants/", grants.grants, name="grants"),
    path("pupils/<int:pk>/grants/add/", grants.grant_add, name="grant-add"),
    path("grants/<int:pk>/end/", grants.grant_end, name="grant-end"),
]

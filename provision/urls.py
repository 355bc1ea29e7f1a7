from django.urls import path

from .views import groups, members, my_day, sessions

app_name = "provision"
urlpatterns = [
    path("my-day/", my_day.my_day, name="my-day"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/remind/", sessions.sessions_remind, name="sessions-remind"),
    path("sessions/<int:pk>/log/", sessions.session_log, name="session-log"),
    path("sessions/<int:pk>/missed/", sessions.session_missed, name="session-missed"),
    path("sessions/<int:pk>/undo/", sessions.session_undo, name="session-undo"),
    path("groups/add/", groups.group_add, name="group-add"),
    path("interventions/<slug:slug>/groups/add/", groups.group_add, name="group-add"),
    path("groups/<int:pk>/", groups.group, name="group"),
    path("groups/<int:pk>/edit/", groups.group_edit, name="group-edit"),
    path("groups/<int:pk>/members/", members.group_members, name="group-members"),
    path("groups/<int:pk>/members/<int:line_pk>/end/", members.member_end, name="member-end"),
    path("groups/<int:pk>/scores/", members.group_scores, name="group-scores"),
    path("groups/<int:pk>/sessions/add/", members.session_add, name="session-add"),
    path("groups/<int:pk>/finish/", members.group_finish, name="group-finish"),
]

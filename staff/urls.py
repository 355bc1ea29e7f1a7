from django.urls import path

from .deployment.views import absences, cover, timetable
from .views import team

app_name = "staff"
urlpatterns = [
    path("timetable/", timetable.timetable, name="timetable"),
    path("timetable/print/", timetable.timetable_print, name="timetable-print"),
    path("team/", team.team, name="team"),
    path("team/<int:pk>/", team.member, name="member"),
    path("team/<int:pk>/contract/", team.contract_edit, name="contract-edit"),
    path("team/<int:pk>/skills/add/", team.skill_add, name="skill-add"),
    path("skills/<int:pk>/remove/", team.skill_remove, name="skill-remove"),
    path("absences/new/", absences.absence_add, name="absence-add"),
    path("absences/<int:pk>/", absences.absence, name="absence"),
    path("absences/<int:pk>/edit/", absences.absence_edit, name="absence-edit"),
    path("absences/<int:pk>/remove/", absences.absence_remove, name="absence-remove"),
    path("cover/<int:pk>/", cover.cover, name="cover"),
    path("cover/<int:pk>/ask/", cover.cover_ask, name="cover-ask"),
    path("cover/<int:pk>/give/", cover.cover_give, name="cover-give"),
    path("cover/requests/<int:pk>/answer/", cover.cover_answer, name="cover-answer"),
    path("cover/requests/<int:pk>/undo/", cover.cover_undo, name="cover-undo"),
]

from django.urls import path

from .views import catalogue, groups, impact, intervention_impact, maps, members, my_day, pupil_maps, sessions

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
    path("provision/", maps.school_page, name="map"),
    path("provision/export/", maps.map_export, name="map-export"),
    path("provision/print/", maps.map_print, name="map-print"),
    path("provision/places/", maps.map_cell, name="map-cell"),
    path("provision/pupils/", pupil_maps.pupils_page, name="pupil-maps"),
    path("provision/pupils/<int:pk>/", pupil_maps.pupil_page, name="pupil-map"),
    path("provision/pupils/<int:pk>/export/", pupil_maps.pupil_export, name="pupil-map-export"),
    path("provision/pupils/<int:pk>/print/", pupil_maps.pupil_print, name="pupil-map-print"),
    path("interventions/", catalogue.catalogue, name="catalogue"),
    path("interventions/add/", catalogue.intervention_add, name="intervention-add"),
    path("interventions/<slug:slug>/", catalogue.intervention, name="intervention"),
    path("interventions/<slug:slug>/edit/", catalogue.intervention_edit, name="intervention-edit"),
    path("interventions/<slug:slug>/impact/", intervention_impact.intervention_impact, name="intervention-impact"),
    path("interventions/<slug:slug>/impact/export/", intervention_impact.impact_export, name="impact-export"),
    path("impact/", impact.impact_page, name="impact"),
    path("impact/missing/", impact.missing_page, name="missing-scores"),
]

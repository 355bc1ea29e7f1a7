from django.urls import path

from .views import agencies, referrals

app_name = "agencies"
urlpatterns = [
    path("", referrals.referrals, name="referrals"),
    path("referrals/add/", referrals.referral_add, name="referral-add"),
    path("referrals/<int:pk>/", referrals.referral, name="referral"),
    path("referrals/<int:pk>/edit/", referrals.referral_edit, name="referral-edit"),
    path("referrals/<int:pk>/step/", referrals.referral_step, name="referral-step"),
    path("referrals/<int:pk>/discard/", referrals.referral_discard, name="referral-discard"),
    path("directory/", agencies.agency_list, name="agency-list"),
    path("directory/add/", agencies.agency_add, name="agency-add"),
    path("directory/<int:pk>/", agencies.agency, name="agency"),
    path("directory/<int:pk>/edit/", agencies.agency_edit, name="agency-edit"),
    path("directory/<int:pk>/people/add/", agencies.professional_add, name="professional-add"),
    path("directory/people/<int:pk>/edit/", agencies.professional_edit, name="professional-edit"),
]

"""Every address of the product. Each app keeps its own; paths are nouns, then the verb."""

from allauth.account.views import LoginView, LogoutView
from django.urls import include, path

from sendco.core.views import health

urlpatterns = [
    path("", include("sendco.pages.urls")),
    path("", include("pupils.urls")),
    path("", include("provision.urls")),
    path("", include("reviews.urls")),
    path("reports/", include("reports.urls")),
    path("imports/", include("sendco.imports.urls")),
    path("staff/", include("staff.urls")),
    path("agencies/", include("staff.agencies.urls")),
    path("settings/", include("sendco.office.urls_settings")),
    path("people/", include("sendco.office.urls_people")),
    path("notifications/", include("sendco.notifications.urls")),
    path("sign-in/", LoginView.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("account/", include("sendco.accounts.urls_account")),
    path("health/", health, name="health"),
]

handler400 = "sendco.pages.views.errors.bad_request"
handler403 = "sendco.pages.views.errors.forbidden"
handler404 = "sendco.pages.views.errors.not_found"
handler500 = "sendco.pages.views.errors.server_error"

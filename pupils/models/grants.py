"""Individual, time-limited access to one pupil: the exception to what follows from a role."""

from django.conf import settings
from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from sendco.core import clock

from .pupil import Pupil


class PupilUserObjectPermission(UserObjectPermissionBase):
    """A named person may see this pupil from a day until a day, for a reason. Only current rows open anything."""

    content_object = models.ForeignKey(Pupil, models.CASCADE, related_name="user_grants")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField(default=clock.now)
    reason = models.CharField(max_length=200, default="", blank=True)
    starts = models.DateField(default=clock.today)
    ends = models.DateField(null=True, blank=True)

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [models.Index(fields=["user", "ends"], name="pupil_grants_of_a_user")]


class PupilGroupObjectPermission(GroupObjectPermissionBase):
    """guardian's twin for groups. SENDCo grants to people only; the table keeps guardian's checks on direct keys."""

    content_object = models.ForeignKey(Pupil, models.CASCADE, related_name="group_grants")

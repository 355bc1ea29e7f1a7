"""Object permissions answered from the same rule as lists: `user.has_perm("pupils.view_pupil", pupil)`."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend


class ReachBackend(BaseBackend):
    """Says who may see one object, from its manager's `visible_to`. Signing in is the other backends' work."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """True for `<app>.view_<model>` when the object is within reach. One query."""
        if obj is None or not getattr(user_obj, "is_active", False):
            return False
        if perm != f"{obj._meta.app_label}.view_{obj._meta.model_name}":
            return False
        manager = type(obj)._default_manager
        return hasattr(manager, "visible_to") and manager.visible_to(user_obj).filter(pk=obj.pk).exists()

"""What one person may do and where, worked out once from memberships."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from .permissions import ROLE_PERMISSIONS, Permission, Role

if TYPE_CHECKING:
    from .models import User

_HELD = (
    "role", "federation_id", "federation__name", "school_id", "school__name", "school__is_active", "classes",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A school in which a person holds roles."""

    id: int
    name: str
    federation_id: int
    federation: str


@dataclass(frozen=True)
class Access:
    """The schools of a person, the roles held in each, and the permissions that follow."""

    user_id: int
    places: tuple[Place, ...]
    roles: dict[int, frozenset[Role]]
    class_ids: frozenset[int]

    @classmethod
    def of(cls, user: User, *, on: date) -> Access:
        """Read the memberships that hold on `on`. One query, and one more for each federation role."""
        from sendco.schools.models import School

        from .models import Membership

        if not user.is_active:
            return cls(user.pk, (), {}, frozenset())
        places: dict[int, Place] = {}
        roles: dict[int, set[Role]] = {}
        class_ids: set[int] = set()
        held = Membership.objects.filter(user=user).current(on).order_by("pk").values_list(*_HELD)
        for name, federation_id, federation, school_id, school, is_active, class_id in held:  # a row for each class
            role = Role(name)
            schools = [(school_id, school)] if is_active else []
            if school_id is None:
                active = School.objects.filter(federation_id=federation_id, is_active=True).order_by()
                schools = list(active.values_list("pk", "name"))
            for pk, label in schools:
                places[pk] = Place(pk, label, federation_id, federation)
                roles.setdefault(pk, set()).add(role)
            if role is Role.TEACHER and class_id is not None:
                class_ids.add(class_id)
        ordered = tuple(sorted(places.values(), key=lambda place: place.name))
        return cls(user.pk, ordered, {key: frozenset(value) for key, value in roles.items()}, frozenset(class_ids))

    def can(self, permission: Permission, school_id: int | None) -> bool:
        """May this person do it in this school?"""
        return any(permission in ROLE_PERMISSIONS[role] for role in self.roles.get(school_id, ()))

    def can_anywhere(self, permission: Permission) -> bool:
        return any(self.can(permission, school_id) for school_id in self.roles)

    def school_ids(self, permission: Permission) -> list[int]:
        """The schools in which this person may do it, sorted."""
        return sorted(school_id for school_id in self.roles if self.can(permission, school_id))

    def roles_in(self, school_id: int | None) -> frozenset[Role]:
        return self.roles.get(school_id, frozenset())

    def holds(self, *names: Role) -> bool:
        return any(role in held for held in self.roles.values() for role in names)

"""What one person may do and where, worked out once from memberships."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from .permissions import ROLE_PERMISSIONS, Permission, Role

if TYPE_CHECKING:
    from .models import User


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
        """Read the memberships that hold on `on`. One query, and one more for a federation role; two for a teacher."""
        from sendco.schools.models import School

        from .models import Membership

        places: dict[int, Place] = {}
        roles: dict[int, set[Role]] = {}
        teaches: list[int] = []
        if not user.is_active:
            return cls(user.pk, (), {}, frozenset())
        for membership in Membership.objects.filter(user=user).current(on).select_related("school", "federation"):
            role = Role(membership.role)
            if membership.school is None:
                schools = list(School.objects.filter(federation_id=membership.federation_id, is_active=True))
            else:
                schools = [membership.school]
            for school in schools:
                if not school.is_active:
                    continue
                places[school.pk] = Place(school.pk, school.name, membership.federation_id, membership.federation.name)
                roles.setdefault(school.pk, set()).add(role)
            if role is Role.TEACHER:
                teaches.append(membership.pk)
        class_ids = frozenset(
            Membership.classes.through.objects.filter(membership_id__in=teaches).values_list(
                "schoolclass_id", flat=True
            )
            if teaches
            else ()
        )
        ordered = tuple(sorted(places.values(), key=lambda place: place.name))
        return cls(user.pk, ordered, {key: frozenset(value) for key, value in roles.items()}, class_ids)

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

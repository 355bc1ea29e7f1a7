"""A school's own labels for pupils."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from pupils.models import Pupil, Tag
from pupils.permissions import allow
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.audit import audit

from ._trail import note_change


def _tags_named(school_id: int, names: Iterable[str]) -> dict[str, Tag]:
    """{name folded: tag} for the school, made where they are not there yet. Capitals do not make another tag."""
    wanted = {" ".join(name.split()).casefold(): " ".join(name.split()) for name in names if name.strip()}
    found = {tag.name.casefold(): tag for tag in Tag.objects.filter(school_id=school_id)}
    for key, name in wanted.items():
        if key not in found:
            found[key] = Tag.objects.create(school_id=school_id, name=name)
    return {key: found[key] for key in wanted}


@transaction.atomic
def set_tags(*, pupil: Pupil, names: Iterable[str], by: User | None) -> list[Tag]:
    """Give a pupil exactly these tags; new names become tags of the school. Raises NotAllowed.

    Writes `tags.changed`.
    """
    allow(by, pupil.school_id, Permission.PUPIL_EDIT, Permission.IMPORT_RUN)
    tags = list(_tags_named(pupil.school_id, names).values())
    before = set(pupil.tags.values_list("pk", flat=True))
    after = {tag.pk for tag in tags}
    if before != after:
        pupil.tags.set(tags)
        details = {"added": sorted(after - before), "removed": sorted(before - after)}
        note_change("tags.changed", pupil=pupil, by=by, details=details)
    return tags


@transaction.atomic
def tag_pupils(*, pupils: Iterable[Pupil], name: str, by: User | None) -> tuple[Tag, list[Pupil]]:
    """Give one tag to many pupils of one school; returns it and those who did not have it. Constant queries.

    Raises NotAllowed, or ValueError when there is no pupil or they are not of one school. Writes one `tags.changed` a pupil that
    gained it.
    """
    pupils = list(pupils)
    school_id = _school_of(pupils)
    allow(by, school_id, Permission.PUPIL_EDIT)
    tag = next(iter(_tags_named(school_id, [name]).values()))
    link = Pupil.tags.through
    have = set(link.objects.filter(tag=tag, pupil__in=pupils).values_list("pupil_id", flat=True))
    gained = [pupil for pupil in pupils if pupil.pk not in have]
    link.objects.bulk_create([link(pupil=pupil, tag=tag) for pupil in gained], ignore_conflicts=True)
    audit.record_many(
        audit.build(
            "tags.changed", by=by, target=pupil, label=pupil.initials, details={"added": [tag.pk], "removed": []}
        )
        for pupil in gained
    )
    return tag, gained


@transaction.atomic
def untag_pupils(*, pupils: Iterable[Pupil], tag: Tag, by: User | None) -> int:
    """Take one tag from many pupils of its school; returns how many had it. Constant queries.

    Raises NotAllowed, or ValueError when there is no pupil or they are not of one school. Writes one `tags.changed` a
    pupil that lost it.
    """
    pupils = list(pupils)
    allow(by, _school_of(pupils), Permission.PUPIL_EDIT)
    links = Pupil.tags.through.objects.filter(tag=tag, pupil__in=pupils)
    had = set(links.values_list("pupil_id", flat=True))
    links.delete()
    lost = [pupil for pupil in pupils if pupil.pk in had]
    audit.record_many(
        audit.build(
            "tags.changed", by=by, target=pupil, label=pupil.initials, details={"added": [], "removed": [tag.pk]}
        )
        for pupil in lost
    )
    return len(lost)


def _school_of(pupils: list[Pupil]) -> int:
    schools = {pupil.school_id for pupil in pupils}
    if len(schools) != 1:
        raise ValueError("pupils of one school are needed")
    return schools.pop()

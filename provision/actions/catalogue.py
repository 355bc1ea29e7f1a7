"""Change the catalogue as a federation sees it, and decide what becomes of an intervention."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from provision.enums import DecisionKind
from provision.models import Decision, Group, Intervention
from provision.permissions import check_can_plan
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core.exceptions import Conflict, NotAllowed, Refused
from sendco.schools.models import Federation, School

CANNOT_EDIT = "Your role does not let you change the catalogue. Ask your SENDCo."
EDITABLE = (
    "name", "area", "strand", "tier", "years", "group_min", "group_max", "times_per_week", "minutes", "weeks", "grade",
    "training", "instrument", "entry_measure", "evidence_level", "evidence_text", "evidence_checked", "source_title",
    "source_url", "is_archived",
)  # fmt: skip
KEPT = ("code", "slug")
TAKEN_BY_PAGES = ("add",)


def check_can_edit(by: User | None, federation_id: int) -> None:
    """NotAllowed unless `by` may change the catalogue in some school of the federation. None is the machine."""
    if by is None:
        return
    held = set(by.access.school_ids(Permission.CATALOGUE_EDIT))
    if not any(place.id in held and place.federation_id == federation_id for place in by.access.places):
        raise NotAllowed(CANNOT_EDIT)


@transaction.atomic
def change_intervention(
    *, intervention: Intervention, federation: Federation, version: int, by: User | None, **fields: Any
) -> Intervention:
    """Change an entry for one federation. A national entry stays: the federation gets its own copy, which from then on
    stands for it, and the federation's groups and decisions go over to the copy.

    fields: any of EDITABLE. Raises NotAllowed, or Conflict when somebody saved or copied it first.
    """
    check_can_edit(by, federation.pk)
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise TypeError(f"{sorted(unknown)} of an intervention cannot be changed")
    if intervention.federation_id not in (None, federation.pk):
        raise NotAllowed("This entry belongs to another federation.")
    before = {name: getattr(intervention, name) for name in fields}
    if intervention.federation_id is None:
        own = _own_copy(intervention, federation, by, fields)
    else:
        own = intervention
        for name, value in fields.items():
            setattr(own, name, value)
        own.save_over(expected=version, by=by, fields=tuple(fields))
    changed = audit.changed_fields(before, fields)
    audit.record(
        "intervention.changed", by=by, target=own, label=own.name, details={"code": own.code, "fields": sorted(changed)}
    )
    return own


def _own_copy(national: Intervention, federation: Federation, by: User | None, fields: dict[str, Any]) -> Intervention:
    values = {name: getattr(national, name) for name in (*KEPT, *EDITABLE)} | fields
    # A later version than the national entry's: whoever still has the form of that one open is refused, not believed.
    own = Intervention(
        federation=federation, version=national.version + 1, changed_by_name=by.get_full_name() if by else "", **values
    )
    try:
        with transaction.atomic():
            own.save(force_insert=True)
    except IntegrityError as error:
        theirs = Intervention.objects.get(federation=federation, slug=national.slug)
        who = theirs.changed_by_name or "Somebody"
        raise Conflict(
            f"{who} changed this while you were writing. Compare the two versions.",
            current=theirs, field_names=tuple(fields),
        ) from error  # fmt: skip
    Group.objects.filter(intervention=national, school__federation=federation).update(intervention=own)
    Decision.objects.filter(intervention=national, school__federation=federation).update(intervention=own)
    return own


@transaction.atomic
def add_intervention(*, federation: Federation, by: User | None, **fields: Any) -> Intervention:
    """A federation's own entry, which no national one has. Raises NotAllowed, or Refused when the name is taken."""
    check_can_edit(by, federation.pk)
    slug = slugify(fields["name"])[:80]
    if not slug or slug in TAKEN_BY_PAGES:
        raise Refused("Choose another name: a longer one, with letters in it.")
    if Intervention.objects.for_federation(federation.pk).filter(slug=slug).exists():
        raise Refused("The catalogue has an entry of this name. Change that one, or choose another name.")
    own = Intervention.objects.create(
        federation=federation, slug=slug, code="", changed_by_name=by.get_full_name() if by else "", **fields
    )
    own.code = f"OWN{own.pk}"
    own.save(update_fields=["code"])
    audit.record("intervention.added", by=by, target=own, label=own.name, details={"code": own.code})
    return own


@transaction.atomic
def decide(
    *,
    school: School,
    intervention: Intervention,
    kind: str,
    reason: str,
    on: date,
    by: User | None,
    effect: str = "",
    pupils: int = 0,
) -> Decision:
    """Record what becomes of an intervention in a school. Earlier decisions stay as they were.

    effect, pupils: what the impact page showed. Raises NotAllowed, or Refused without a reason for a change.
    """
    check_can_plan(by, school.pk)
    reason = reason.strip()
    if kind not in DecisionKind.values:
        raise Refused("Choose what you decided.")
    if not reason and kind != DecisionKind.KEEP:
        raise Refused("Say why, or what will change.")
    decision = Decision.objects.create(
        school=school, intervention=intervention, kind=kind, reason=reason, on=on, effect=effect, pupils=pupils,
        made_by=by, made_by_name=by.get_full_name() if by else "",
    )  # fmt: skip
    audit.record(
        "intervention.decided", by=by, target=decision, label=intervention.name,
        details={"kind": kind, "effect": effect, "pupils": pupils},
    )  # fmt: skip
    return decision

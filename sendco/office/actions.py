"""Changes to people and settings. Each is audited; a change of terms or closures is signalled to what plans by them."""

from __future__ import annotations

from datetime import date
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from sendco.accounts.models import Membership, User
from sendco.accounts.permissions import FEDERATION_ROLES, Role
from sendco.audit import audit
from sendco.core import clock
from sendco.core.exceptions import NotAllowed, Refused
from sendco.notifications.actions import queue_email
from sendco.schools.models import Closure, Federation, PayRate, School, SchoolClass, Term
from sendco.schools.signals import calendar_changed

# --- People ---------------------------------------------------------------------------------------


@transaction.atomic
def add_person(*, federation: Federation, email: str, name: str, by: Any, invite: bool = True) -> User:
    """Make an account without a password and send a link to set one. Raises Refused when the address is taken."""
    if User.objects.filter(email__iexact=email).exists():
        raise Refused("There is an account with this email address already. Open it under People and add a role to it.")
    user = User.objects.create_user(email=email, name=name)
    audit.record("person.added", by=by, target=user, label=name, details={"federation": federation.pk})
    if invite:
        send_password_link(user=user, by=by)
    return user


@transaction.atomic
def change_person(*, user: User, federation_id: int, by: Any, name: str, email: str, is_active: bool) -> User:
    """Change name, address or whether they may sign in. Nobody can switch off their own account.

    A changed address signs in from now on and the old one no longer does; both get a notice. Raises Refused, and NotAllowed
    for the account of somebody who has a role in a federation that `by` does not administer: it opens that one too.
    """
    check_account_is_ours(user, by=by, federation_id=federation_id)
    if user == by and not is_active:
        raise Refused("You cannot switch off your own account. Ask another administrator.")
    if user.is_active and not is_active:
        for membership in user.memberships.current(clock.today()).select_related("school"):
            _check_not_last(membership, clock.today())
    if email.lower() != user.email.lower():
        _check_address_is_free(user, email)
    before = {"name": user.name, "email": user.email, "is_active": user.is_active}
    user.name, user.email, user.is_active = name, email.lower(), is_active
    user.save(update_fields=["name", "email", "is_active"])
    if user.email != before["email"]:
        # allauth keeps every address somebody signed in with, and would go on taking the old one.
        EmailAddress.objects.filter(user=user).delete()
        _tell_address_changed(user, before["email"])
    after = {"name": name, "email": user.email, "is_active": is_active}
    audit.record(
        "person.changed", by=by, target=user, label=name, details={"fields": audit.changed_fields(before, after)}
    )
    return user


def is_shared_account(user: User, *, by: User, federation_id: int) -> bool:
    """Whether the person has a role, now or later, in a federation that `by` does not administer. One query.

    federation_id: the one in view, of which `by` is an administrator.
    """
    on = clock.today()
    ours = Membership.objects.current(on).filter(user=by, role=Role.SYSTEM_ADMIN).values("federation_id")
    elsewhere = user.memberships.exclude(federation_id=federation_id).exclude(federation_id__in=ours)
    return elsewhere.filter(Q(ends__isnull=True) | Q(ends__gte=on)).exists()


def check_account_is_ours(user: User, *, by: User, federation_id: int) -> None:
    """An account as a whole belongs to the person; a federation disposes of the roles it gave. Raises NotAllowed."""
    if is_shared_account(user, by=by, federation_id=federation_id):
        raise NotAllowed(
            "This person signs in to another federation with this account too, so it cannot be changed here. To close your "
            "schools to them, end their roles. If they want another address for your schools, end their roles here and add "
            "them as a new person."
        )


def _check_address_is_free(user: User, email: str) -> None:
    if User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise Refused("Another account has this email address.")


def _tell_address_changed(user: User, old: str) -> None:
    """One e-mail to the old address and one to the new. Neither names the other: a mailbox may be shared."""
    moment = clock.now().isoformat()
    for which, address in (("old", old), ("new", user.email)):
        context = {
            "first_name": user.get_short_name(),
            "which": which,
            "url": f"{settings.BASE_URL}{reverse('sign-in')}",
        }
        queue_email(
            dedupe_key=f"address-changed:{user.pk}:{which}:{moment}",
            kind="address_changed",
            to_email=address,
            to_user=user,
            subject="SENDCo: your email address was changed",
            text=render_to_string("accounts/email/address_changed.txt", context),
        )


@transaction.atomic
def send_password_link(*, user: User, by: Any) -> None:
    """E-mail a one-time link with which the person sets a password."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
    context = {"first_name": user.get_short_name(), "url": f"{settings.BASE_URL}{path}"}
    queue_email(
        dedupe_key=f"password-link:{user.pk}:{clock.now().isoformat()}",
        kind="password_link",
        to_email=user.email,
        to_user=user,
        subject="SENDCo: set your password",
        text=render_to_string("accounts/email/password_link.txt", context),
    )
    audit.record("person.invited", by=by, target=user, label=user.name)


@transaction.atomic
def add_membership(
    *,
    user: User,
    federation: Federation,
    school: School | None,
    role: Role,
    starts: date,
    by: Any,
    grade: str = "",
    job_title: str = "",
    classes: Any = (),
) -> Membership:
    """Give a role in a school, or in the whole federation for a federation role."""
    school = None if role in FEDERATION_ROLES else school
    if role not in FEDERATION_ROLES and school is None:
        raise Refused(f"Choose the school in which this person is {role.label}.")
    if Membership.objects.filter(
        user=user, school=school, federation=federation, role=role, ends__isnull=True
    ).exists():
        raise Refused("This person holds that role there already.")
    membership = Membership.objects.create(
        user=user, federation=federation, school=school, role=role, grade=grade, job_title=job_title, starts=starts
    )
    membership.classes.set(classes)
    audit.record(
        "membership.added", by=by, target=membership, label=f"{user.name}, {role.label}", details={"person": user.pk}
    )
    return membership


@transaction.atomic
def set_classes(*, membership: Membership, classes: Any, by: Any) -> None:
    """Say which classes a teacher has."""
    before = sorted(membership.classes.values_list("pk", flat=True))
    membership.classes.set(classes)
    after = sorted(row.pk for row in classes)
    audit.record(
        "membership.changed", by=by, target=membership, label=membership.user.name, details={"classes": [before, after]}
    )


def _check_not_last(membership: Membership, on: date) -> None:
    """Refused when nobody else will hold a role that must not stand empty after `on`; a successor may start later."""
    others = (
        Membership.objects.filter(Q(ends__isnull=True) | Q(ends__gt=on), role=membership.role, user__is_active=True)
        .exclude(pk=membership.pk)
        .exclude(user_id=membership.user_id)
    )
    if membership.role == Role.SYSTEM_ADMIN and not others.filter(federation_id=membership.federation_id).exists():
        raise Refused("A federation needs one system administrator. Give the role to somebody else first.")
    if membership.role == Role.SENDCO and not others.filter(school_id=membership.school_id).exists():
        raise Refused(
            f"{membership.school.name} would have no SENDCo, and every school must have one. Give the role to somebody else first; "
            "they may start later."
        )


@transaction.atomic
def end_membership(*, membership: Membership, on: date, by: Any) -> None:
    """End a role. The last administrator of a federation and the last SENDCo of a school stay; nobody ends their own
    administrator role. Raises Refused."""
    if membership.role == Role.SYSTEM_ADMIN and membership.user == by:
        raise Refused("You cannot end your own administrator role. Ask another administrator.")
    _check_not_last(membership, on)
    if on < membership.starts:
        raise Refused("The last day cannot be before the first.")
    membership.ends = on
    membership.save(update_fields=["ends", "updated_at"])
    label = f"{membership.user.name}, {membership.get_role_display()}"
    audit.record("membership.ended", by=by, target=membership, label=label, details={"person": membership.user_id})


# --- Settings -------------------------------------------------------------------------------------


@transaction.atomic
def change_versioned(*, row: Any, version: int, by: Any, event: str, **fields: Any) -> None:
    """Save fields of a federation or a school over the version that was read. Raises Conflict."""
    before = {name: getattr(row, name) for name in fields}
    for name, value in fields.items():
        setattr(row, name, value)
    row.save_over(expected=version, by=by, fields=fields)
    school_id = row.pk if isinstance(row, School) else None
    audit.record(
        event,
        by=by,
        target=row,
        school_id=school_id,
        label=row.name,
        details={"fields": audit.changed_fields(before, fields)},
    )


def _check_term(school: School, starts: date, ends: date, except_pk: int | None) -> None:
    if ends < starts:
        raise Refused("The last day of a term comes after its first day.")
    if (ends - starts).days > 140:
        raise Refused("This term is longer than 20 weeks. Check the dates.")
    overlaps = Term.objects.filter(school=school, starts__lte=ends, ends__gte=starts).exclude(pk=except_pk).first()
    if overlaps:
        raise Refused(f"These dates overlap the {overlaps.label.lower()}. Change one of them.")


@transaction.atomic
def save_term(
    *, school: School, academic_year: int, name: str, starts: date, ends: date, by: Any, term: Term | None = None
) -> Term:
    """Add or change a term; future sessions are planned again."""
    _check_term(school, starts, ends, term.pk if term else None)
    same = Term.objects.filter(school=school, academic_year=academic_year, name=name).exclude(
        pk=term.pk if term else None
    )
    if same.exists():
        raise Refused("That term of that year is there already. Change it instead.")
    term = term or Term(school=school)
    before = {"starts": term.starts, "ends": term.ends}
    term.academic_year, term.name, term.starts, term.ends = academic_year, name, starts, ends
    term.save()
    after = {"starts": starts, "ends": ends}
    audit.record(
        "term.saved", by=by, target=term, label=term.label, details={"fields": audit.changed_fields(before, after)}
    )
    calendar_changed.send(sender=Term, school_id=school.pk, by=by)
    return term


@transaction.atomic
def remove_term(*, term: Term, by: Any) -> None:
    school_id, label = term.school_id, term.label
    audit.record("term.removed", by=by, target=term, label=label)
    term.delete()
    calendar_changed.send(sender=Term, school_id=school_id, by=by)


@transaction.atomic
def save_closure(
    *, school: School, kind: str, label: str, starts: date, ends: date, by: Any, closure: Closure | None = None
) -> Closure:
    """Add or change days on which the school is closed; future sessions are planned again."""
    if ends < starts:
        raise Refused("The last day comes after the first day.")
    if (ends - starts).days > 21:
        raise Refused("A closure inside a term is shorter than 3 weeks. Holidays between terms need no row.")
    closure = closure or Closure(school=school)
    closure.kind, closure.label, closure.starts, closure.ends = kind, label, starts, ends
    closure.save()
    audit.record("closure.saved", by=by, target=closure, label=label)
    calendar_changed.send(sender=Closure, school_id=school.pk, by=by)
    return closure


@transaction.atomic
def remove_closure(*, closure: Closure, by: Any) -> None:
    school_id = closure.school_id
    audit.record("closure.removed", by=by, target=closure, label=closure.label)
    closure.delete()
    calendar_changed.send(sender=Closure, school_id=school_id, by=by)


@transaction.atomic
def add_rate(*, school: School, grade: str, hourly: Any, valid_from: date, source: str, by: Any) -> PayRate:
    """A new rate from a day. Rates that stand are never rewritten, so no past cost changes."""
    if PayRate.objects.filter(school=school, grade=grade, valid_from=valid_from).exists():
        raise Refused("There is a rate for this grade from that day already. Choose another day.")
    rate = PayRate.objects.create(school=school, grade=grade, hourly=hourly, valid_from=valid_from, source=source)
    audit.record("rate.added", by=by, target=rate, label=rate.get_grade_display(), details={"hourly": str(hourly)})
    return rate


@transaction.atomic
def add_classes(*, school: School, academic_year: int, names: list[str], by: Any) -> list[SchoolClass]:
    """Add classes of a year; those that stand are left alone."""
    standing = set(
        SchoolClass.objects.filter(school=school, academic_year=academic_year).values_list("name", flat=True)
    )
    new = [SchoolClass(school=school, academic_year=academic_year, name=name) for name in names if name not in standing]
    if not new:
        raise Refused("These classes are there already.")
    rows = SchoolClass.objects.bulk_create(new)
    audit.record(
        "classes.added", by=by, school_id=school.pk, label=f"{len(rows)} classes", details={"year": academic_year}
    )
    return rows

"""`manage.py create_school`: the first school, and the person who then adds everyone else in the browser."""

from argparse import ArgumentParser
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify

from sendco.accounts.models import User
from sendco.accounts.permissions import Role
from sendco.audit import audit
from sendco.core import clock
from sendco.core.exceptions import Refused
from sendco.office.actions import add_membership, add_person
from sendco.schools.models import Federation, School, SchoolKind


def password_link(user: User) -> str:
    """A one-time address at which the person sets a password; it works without a mail server."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs=key)


class Command(BaseCommand):
    help = "Add a school, and its system administrator unless that person has an account already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="the school's name")
        parser.add_argument("--urn", required=True, help="unique reference number, six figures")
        parser.add_argument("--la", required=True, metavar="CODE", help="local authority code, three figures")
        parser.add_argument(
            "--establishment", required=True, metavar="NUMBER", help="establishment number, four figures"
        )
        parser.add_argument("--kind", choices=SchoolKind.values, default=SchoolKind.PRIMARY.value)
        parser.add_argument("--federation", help="name of the federation (default: a federation of this one school)")
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--admin-name", required=True)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        called = options["federation"] or options["name"]
        federation, _ = Federation.objects.get_or_create(slug=slugify(called)[:50], defaults={"name": called})
        school = School(
            federation=federation,
            name=options["name"],
            urn=options["urn"],
            la_code=options["la"],
            establishment_number=options["establishment"],
            kind=options["kind"],
        )
        for field, figures in (("urn", 6), ("la_code", 3), ("establishment_number", 4)):
            value = getattr(school, field)
            if not (value.isascii() and value.isdigit() and len(value) == figures):
                raise CommandError(f"{School._meta.get_field(field).verbose_name}: {figures} figures are needed.")
        try:
            school.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        school.save()
        audit.record("school.added", by=None, target=school, label=school.name)
        email = options["admin_email"].lower()
        user = User.objects.filter(email=email).first()
        new = user is None
        try:
            user = user or add_person(
                federation=federation, email=email, name=options["admin_name"], by=None, invite=False
            )
            # The role counts in the whole federation, so with its second school it is there already.
            if not user.memberships.filter(federation=federation, role=Role.SYSTEM_ADMIN, ends__isnull=True).exists():
                add_membership(
                    user=user,
                    federation=federation,
                    school=None,
                    role=Role.SYSTEM_ADMIN,
                    starts=clock.today(),
                    by=None,
                )
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Added the school with URN {school.urn}.")
        if new:
            self.stdout.write(f"The system administrator sets a password here, once:\n  {password_link(user)}")

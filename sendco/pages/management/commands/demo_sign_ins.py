"""Print the sign-ins of the demo federation."""

from django.core.management.base import BaseCommand

from sendco.accounts.models import User
from sendco.pages.demo import DEMO_PASSWORD, SIGN_INS


class Command(BaseCommand):
    help = "Print one sign-in for each role, when the demo federation is there."

    def handle(self, *args, **options) -> None:
        if not User.objects.filter(email=SIGN_INS[0].email).exists():
            return
        self.stdout.write(f"Demo sign-ins (password for all: {DEMO_PASSWORD})")
        for entry in SIGN_INS:
            self.stdout.write(f"  {entry.role.label:<22} {entry.email}")

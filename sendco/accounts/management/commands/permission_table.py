"""`manage.py permission_table`: who may do what, as a page of Markdown."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from sendco.accounts.permission_table import markdown

PAGE = settings.BASE_DIR / "docs" / "reference" / "permissions.md"


class Command(BaseCommand):
    help = "Print the table of permissions, made from sendco/accounts/permissions.py."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="write docs/reference/permissions.md instead")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            PAGE.write_text(markdown())
            self.stdout.write("docs/reference/permissions.md is current.")
        else:
            self.stdout.write(markdown(), ending="")

"""`manage.py restore`: put a backup in the place of what is there now."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from sendco.core import archive

from .serve import only_one


class Command(BaseCommand):
    help = "Replace the database and the uploaded documents by a backup. Stop SENDCo first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["yes"]:
            self.stdout.write("Everything in SENDCo now will be replaced by the backup. Type yes to go on: ", ending="")
            self.stdout.flush()
            try:
                answer = input()
            except EOFError:
                raise CommandError("Nothing was changed. Without a terminal give --yes.") from None
            if answer.strip().lower() != "yes":
                raise CommandError("Nothing was changed.")
        with only_one(Path(settings.VAR_DIR)):
            connections.close_all()
            try:
                manifest = archive.restore(
                    source=options["file"], database=settings.DATABASES["default"], media=Path(settings.MEDIA_ROOT)
                )
            except archive.ArchiveError as error:
                raise CommandError(str(error)) from error
            call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(
            f"Restored the state of {manifest['made']}: the database and {len(manifest['files']) - 1} documents. "
            "It was brought up to this version's structure."
        )

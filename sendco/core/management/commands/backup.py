"""`manage.py backup`: database and documents in one file, while people work."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from sendco.core import archive, clock


class Command(BaseCommand):
    help = "Save the database and the uploaded documents into one file. Safe while SENDCo runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, metavar="FILE", help="default: a dated file in the folder var/backups")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        to: Path = options["to"] or Path(settings.VAR_DIR) / "backups" / f"sendco-{now:%Y-%m-%d-%H%M%S}.tar"
        if to.exists():
            raise CommandError(f"{to} exists already and is left as it is. Choose another name.")
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            made = archive.create(
                database=settings.DATABASES["default"], media=Path(settings.MEDIA_ROOT), to=to, now=now
            )
        except archive.ArchiveError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{to}: {to.stat().st_size / 1e6:.1f} MB, the database and {len(made['files']) - 1} documents. "
            "It holds children's records: keep it encrypted and away from this machine."
        )

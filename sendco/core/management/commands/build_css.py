"""`manage.py build_css`: write static/css/sendco.css from static/css/src/."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sendco.core.css import build


class Command(BaseCommand):
    help = "Join static/css/src/*.css into static/css/sendco.css."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Change nothing; fail when the built file is out of date."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "static" / "css"
        target, text = folder / "sendco.css", build(folder / "src")
        current = target.read_text(encoding="utf-8") if target.exists() else ""
        if options["check"]:
            if current != text:
                raise CommandError("static/css/sendco.css is out of date. Run `manage.py build_css`.")
            return
        target.write_text(text, encoding="utf-8")
        self.stdout.write(f"{target.name}: {len(text.encode()):,} bytes")

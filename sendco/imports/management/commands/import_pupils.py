"""`manage.py import_pupils`: the same import as on screen, by hand or from a timer."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from sendco.core import clock
from sendco.imports.actions import Outcome, run_import
from sendco.imports.columns import Reading, read_for
from sendco.imports.readers import Format, UnreadableFile
from sendco.imports.readers.detect import AUTO
from sendco.schools.models import School

ALL_TAKEN, SOME_REFUSED, UNREADABLE = 0, 1, 2
WHOLE_FILE = 0
FORMATS = (AUTO, *(str(name) for name in Format))


class Command(BaseCommand):
    help = (
        "Import pupils from a Common Transfer File, a CSV or Excel export, or a OneRoster export. "
        "Exit status 0: every row was taken or unchanged. 1: rows were refused, and unless --accept-good is given "
        "nothing was written. 2: the file could not be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="path of the file, or of a folder with a OneRoster export")
        parser.add_argument("--school", required=True, metavar="URN", help="URN of the school")
        parser.add_argument(
            "--format", default=AUTO, metavar="|".join(FORMATS), help="default: found out by the content"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done and write nothing")
        parser.add_argument(
            "--accept-good", action="store_true", help="import the good rows although others are refused"
        )
        parser.add_argument(
            "--json", action="store_true", dest="as_json",
            help="print one JSON object and nothing else; line 0 in an error means the file as a whole",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            school, reading = self._read(options)
        except UnreadableFile as error:
            self._print_unreadable(error, as_json=options["as_json"])
            sys.exit(UNREADABLE)
        outcome = run_import(
            school=school, reading=reading, by=None, on=clock.today(), now=clock.now(),
            accept_good=options["accept_good"], dry_run=options["dry_run"],
        )  # fmt: skip
        if options["as_json"]:
            self._print_json(outcome.counts, [_as_json(problem) for problem in outcome.errors])
        else:
            self._print_words(outcome, dry_run=options["dry_run"])
        if outcome.counts["refused"]:
            sys.exit(SOME_REFUSED)

    def _read(self, options: dict[str, Any]) -> tuple[School, Reading]:
        if options["format"] not in FORMATS:
            raise UnreadableFile(
                f"There is no format “{options['format']}”. Use one of {', '.join(FORMATS)}.", code="format_unknown"
            )
        school = School.objects.filter(urn=options["school"].strip()).first()
        if school is None:
            raise UnreadableFile(
                f"There is no school with URN {options['school']} here. Check the number.", code="school_unknown"
            )
        path = Path(options["file"])
        return school, read_for(school.pk, path, format=options["format"], on=clock.today())

    def _print_unreadable(self, error: UnreadableFile, *, as_json: bool) -> None:
        if as_json:
            counts = dict.fromkeys(("created", "updated", "unchanged", "refused"), 0)
            fault = {"line": error.line or WHOLE_FILE, "field": "", "code": error.code, "message": error.message}
            self._print_json(counts, [fault])
        else:
            where = f"Line {error.line}: " if error.line else ""
            self.stderr.write(f"The file was not imported. {where}{error.message}")

    def _print_json(self, counts: dict[str, int], errors: list[dict[str, Any]]) -> None:
        self.stdout.write(json.dumps({**counts, "errors": errors}, ensure_ascii=False))

    def _print_words(self, outcome: Outcome, *, dry_run: bool) -> None:
        for notice in outcome.notices:
            self.stdout.write(f"Note: {notice}")
        for problem in outcome.problems:
            kind = "Refused" if problem.is_error else "Check"
            self.stdout.write(
                f"{kind}, line {problem.line or '-'}, {problem.field}: {problem.message} ({problem.code})"
            )
        counts = outcome.counts
        done = "would be " if dry_run else ""
        self.stdout.write(
            f"{counts['created']} {done}added, {counts['updated']} {done}changed, {counts['unchanged']} unchanged, "
            f"{counts['refused']} refused."
        )
        if outcome.is_held_back:
            self.stdout.write("Nothing was written. Put the refused rows right, or repeat with --accept-good.")


def _as_json(problem: Any) -> dict[str, Any]:
    return {
        "line": problem.line or WHOLE_FILE,
        "field": problem.field,
        "code": problem.code,
        "message": problem.message,
    }

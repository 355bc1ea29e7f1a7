"""`manage.py governor_report --school URN --term 2026-autumn --out FILE`: the termly report of a school as a PDF.

A published report is written as it was stored, byte for byte. Otherwise it is counted from the data as they are, with the
words of the draft or our suggestions; nothing is saved then. Exit status 1: there is no such school, or the report cannot
be made. 2: the options make no sense, or the file cannot be written.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports import actions, narrative
from reports.counts import window_of
from reports.models import GovernorReport
from sendco.audit import audit
from sendco.core import clock
from sendco.core.exceptions import Refused, SendcoError
from sendco.schools.models import School, TermName

TERM = re.compile(r"(20\d\d)-(autumn|spring|summer)")


def _write(out: Path, content: bytes) -> None:
    """Whole or not at all: a full disk leaves what stood there before. Raises OSError."""
    out = out.resolve()  # of a link, the file behind it is replaced
    if out.exists() and not out.is_file():  # a pipe or a device takes bytes, and must not be replaced
        out.write_bytes(content)
        return
    beside = out.with_name(f".report-{secrets.token_hex(8)}.part")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, out)
    finally:
        beside.unlink(missing_ok=True)


class Command(BaseCommand):
    help = "Write the governor report of a school and term as a PDF."
    requires_system_checks = ()  # they load every page and take a quarter of the command; `migrate` runs them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--school", required=True, metavar="URN", help="the school's six-digit number")
        parser.add_argument(
            "--term",
            required=True,
            metavar="YEAR-TERM",
            help="the year in which the school year begins, and the term: 2025-summer is the summer of 2026",
        )
        parser.add_argument("--out", required=True, type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted, out = TERM.fullmatch(options["term"]), options["out"]
        if wanted is None:
            terms = ", ".join(f"2026-{name}" for name in TermName.values)
            raise CommandError(f"“{options['term']}” is not a term. Write it like one of {terms}.", returncode=2)
        if out.is_dir() or not out.parent.is_dir():
            raise CommandError(f"{out} cannot be written: name a file in a folder that is there.", returncode=2)
        school = School.objects.select_related("federation").filter(urn=options["school"]).first()
        if school is None:
            raise CommandError(f"There is no school with the URN {options['school']}.", returncode=1)
        try:
            report = self._report(school, int(wanted[1]), wanted[2])
            content = self._content(report)
        except SendcoError as error:
            raise CommandError(error.message, returncode=1) from error
        try:
            _write(out, content)
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.", returncode=2) from error
        audit.record(
            "report.exported",
            target=report if report.pk else None,
            school_id=school.pk,
            label=report.figures["term_label"],
        )
        state = "published" if report.is_published else "draft"
        self.stdout.write(f"{out}: {report.figures['term_label']}, {state}, {len(content) / 1000:.0f} kB.")

    def _report(self, school: School, year: int, term: str) -> GovernorReport:
        """The published one; else the draft, or an unsaved one, with figures of today."""
        saved = GovernorReport.objects.filter(school=school, academic_year=year, term=term).first()
        if saved is not None and saved.is_published:
            return saved
        figures, _ = actions.count(window_of(school, year, term, today=clock.today()))
        if saved is None:
            return GovernorReport(
                school=school, academic_year=year, term=term, figures=figures, narrative=narrative.suggested(figures)
            )
        saved.figures = figures
        return saved

    def _content(self, report: GovernorReport) -> bytes:
        """Raises Refused for a draft that names a pupil: this file leaves the school."""
        if report.is_published:
            return actions.stored_pdf(report).read()
        named = [found.part for found in actions.doubts(report) if found.is_certain]
        if named:
            raise Refused(f"The draft names a pupil in: {', '.join(sorted(set(named)))}. Take the name out first.")
        return actions.report_pdf(report)

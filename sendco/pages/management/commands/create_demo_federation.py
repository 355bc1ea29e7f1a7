"""Make the demo federation."""

from datetime import date
from time import monotonic

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sendco.core import clock
from sendco.core.exceptions import SendcoError
from sendco.pages.demo import build
from sendco.pages.demo.bulk import build_in_bulk

BULK_ABOVE = 10


class Command(BaseCommand):
    help = "Make a made-up federation with two years of history, to try the product or to train people."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--schools", type=int, default=3, metavar="N", help="how many schools (default 3)")
        parser.add_argument("--pupils", type=int, default=420, metavar="N", help="pupils in each school (default 420)")
        parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed gives the same federation")
        parser.add_argument(
            "--bulk", action="store_true",
            help="write rows instead of using the actions of the screens: quick, with less history; "
            f"always so above {BULK_ABOVE} schools",
        )  # fmt: skip
        parser.add_argument("--today", metavar="DATE", help="the day on which it stands (YYYY-MM-DD, default today)")

    def handle(self, *args, **options) -> None:
        try:
            today = date.fromisoformat(options["today"]) if options["today"] else clock.today()
        except ValueError as error:
            raise CommandError(f"{options['today']} is not a date. Write it as 2026-11-23.", returncode=2) from error
        if options["schools"] < 1 or options["pupils"] < 7:
            raise CommandError("Give at least 1 school and 7 pupils.", returncode=2)
        in_bulk = options["bulk"] or options["schools"] > BULK_ABOVE
        if in_bulk:
            why = "" if options["bulk"] else f" (more than {BULK_ABOVE} schools)"
            self.stdout.write(f"Writing rows in bulk{why}: this half term and the last, one transaction.")
        begun = monotonic()
        try:
            built = (build_in_bulk if in_bulk else build)(
                schools=options["schools"], pupils=options["pupils"], seed=options["seed"], today=today,
                tell=lambda text: self.stdout.write(text) if options["verbosity"] else None,
            )  # fmt: skip
        except SendcoError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            f"Made {built.schools} schools with {built.pupils} pupils, {built.on_register} on the register, "
            f"in {monotonic() - begun:.0f} seconds."
        )

"""Look for what is due, tell people, and send the e-mails: what the worker does every morning, by hand."""

from datetime import date, datetime

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sendco.core import clock
from sendco.core.dates import iso_date
from sendco.core.ui import plural_words
from sendco.notifications import actions
from sendco.notifications.models import EmailState, Notification, OutgoingEmail
from sendco.notifications.sources import due

EARLIEST_YEAR, LATEST_YEAR = 2000, 2100


def _day(text: str) -> date:
    day = iso_date(text)
    if day is None:
        raise CommandError(f"--today: “{text}” is not a date; write it as 2026-11-23.", returncode=2)
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise CommandError(
            f"--today: the year of {text} is not between {EARLIEST_YEAR} and {LATEST_YEAR}.", returncode=2
        )
    return day


class Command(BaseCommand):
    help = "Send every reminder that is due, exactly once, as one e-mail a person a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", metavar="DATE", help="act as on this day (YYYY-MM-DD)")
        parser.add_argument("--dry-run", action="store_true", help="show what would be told, and write nothing")

    def handle(self, *args, **options) -> None:
        today = clock.today() if options["today"] is None else _day(options["today"])
        if options["dry_run"]:
            self._show(today)
            return
        before = clock.now()
        new = actions.collect(today=today, settles=today == clock.today())
        digests = actions.write_digests(today=today)
        sent, failed = self._deliver(before)
        self.stdout.write(
            f"{plural_words(new, 'new reminder')}, {plural_words(digests, 'e-mail')} written, {sent} sent."
        )
        if failed:
            unsent = plural_words(failed, "e-mail")
            raise CommandError(f"{unsent} could not be sent yet. Check the mail settings; SENDCo tries again.")

    def _deliver(self, before: datetime) -> tuple[int, int]:
        """Deliver whatever waits, unless a worker was faster. How many have gone since `before`, and how many failed."""
        for email_id in list(OutgoingEmail.objects.filter(state=EmailState.QUEUED).values_list("pk", flat=True)):
            actions.deliver(email_id=email_id, now=clock.now())
        sent = OutgoingEmail.objects.filter(state=EmailState.SENT, sent_at__gte=before).count()
        failed = (
            OutgoingEmail.objects.exclude(state=EmailState.SENT).filter(claimed_at__gte=before).exclude(last_error="")
        )
        return sent, failed.count()

    def _show(self, today: date) -> None:
        """People by number, things by initials: the output may be kept in a log."""
        told = set(Notification.objects.values_list("recipient_id", "kind", "subject_key", "due_on"))
        new = [r for r in due(today) if (r.recipient_id, r.kind, r.subject_key, r.due_on) not in told]
        for reminder in new:
            self.stdout.write(f"{reminder.due_on.isoformat()}  person {reminder.recipient_id}  {reminder.text}")
        people = plural_words(len({reminder.recipient_id for reminder in new}), "person", "people")
        self.stdout.write(f"{plural_words(len(new), 'reminder')} would be sent to {people}. Nothing was written.")

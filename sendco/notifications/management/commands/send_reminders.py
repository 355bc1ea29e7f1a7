"""Look for what is due, tell people, and send the e-mails: what the worker does every morning, by hand."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sendco.core import clock
from sendco.notifications import actions
from sendco.notifications.models import EmailState, Notification, OutgoingEmail
from sendco.notifications.sources import due


class Command(BaseCommand):
    help = "Send every reminder that is due, exactly once, as one e-mail a person a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", metavar="DATE", help="act as on this day (YYYY-MM-DD)")
        parser.add_argument("--dry-run", action="store_true", help="show what would be told, and write nothing")

    def handle(self, *args, **options) -> None:
        try:
            today = date.fromisoformat(options["today"]) if options["today"] else clock.today()
        except ValueError as error:
            raise CommandError(f"{options['today']} is not a date. Write it as 2026-11-23.", returncode=2) from error
        if options["dry_run"]:
            self._show(today)
            return
        new = actions.collect(today=today)
        digests = actions.write_digests(today=today)
        sent = failed = 0
        for email_id in OutgoingEmail.objects.filter(state=EmailState.QUEUED).values_list("pk", flat=True):
            if actions.deliver(email_id=email_id, now=clock.now()):
                sent += 1
            else:
                failed += OutgoingEmail.objects.filter(pk=email_id).exclude(state=EmailState.SENT).count()
        delivered = OutgoingEmail.objects.filter(
            dedupe_key__endswith=f":{today.isoformat()}", state=EmailState.SENT
        ).count()
        self.stdout.write(f"{new} new reminders, {digests} e-mails written, {max(sent, min(digests, delivered))} sent.")
        if failed:
            raise CommandError(
                f"{failed} e-mails could not be sent yet. They will be tried again; check the mail settings."
            )

    def _show(self, today: date) -> None:
        """People by number, things by initials: the output may be kept in a log."""
        told = set(Notification.objects.values_list("recipient_id", "kind", "subject_key", "due_on"))
        new = [r for r in due(today) if (r.recipient_id, r.kind, r.subject_key, r.due_on) not in told]
        for reminder in new:
            self.stdout.write(f"{reminder.due_on.isoformat()}  person {reminder.recipient_id}  {reminder.text}")
        self.stdout.write(
            f"{len(new)} reminders would be sent to {len({r.recipient_id for r in new})} people. Nothing was written."
        )

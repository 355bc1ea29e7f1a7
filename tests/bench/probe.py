"""Run with the settings of the database that is measured: prints ids to ask for and the queries of each page, as JSON.

It starts the draft of the governor report, which the pages that are measured include.
"""

from __future__ import annotations

import json
import os
from typing import Any

import django

from .pages import SENDCO, SUPPORT, Page, pages_for

MANY = 100


def ids() -> dict[str, Any]:
    from provision.models import Session
    from pupils.models import Need, Pupil
    from reports.actions import start_report
    from sendco.accounts.models import Membership, User
    from sendco.core import clock
    from sendco.schools.models import Term

    today = clock.today()
    school = Membership.objects.get(user__email=SENDCO).school
    named = Pupil.objects.filter(school=school, forename="Kofi", surname="Mensah", sen_status="E")
    pupil = named.order_by("pk")[0]
    needs = Need.objects.filter(pupil__school=school, ends=None).order_by("pk").values_list("pk", flat=True)
    sessions = Session.objects.filter(deliverer=User.objects.get(email=SUPPORT), on__lt=today, state="delivered")
    term = Term.objects.filter(school=school, starts__lte=today).order_by("-starts").first()
    start_report(school=school, academic_year=term.academic_year, term=term.name, by=None, on=today)
    return {
        "pupil": pupil.pk, "school": school.urn, "term": term.key, "needs": list(needs[:MANY]),
        "sessions": list(sessions.order_by("-on", "-pk").values_list("pk", flat=True)[:MANY]),
    }  # fmt: skip


def rows() -> dict[str, int]:
    from provision.models import Session, SessionEntry
    from pupils.models import ProgressRecord, Pupil
    from reviews.models import ReviewStep
    from sendco.audit.models import AuditEvent
    from sendco.schools.models import School

    models = {
        "schools": School, "pupils": Pupil, "sessions": Session, "session entries": SessionEntry,
        "progress records": ProgressRecord, "steps of reviews": ReviewStep, "audit events": AuditEvent,
    }  # fmt: skip
    found = {name: model.objects.count() for name, model in models.items()}
    return found | {"on the register": Pupil.objects.filter(sen_status__in="KE").count()}


def queries(page: Page) -> int:
    """Of the third time the page is asked for, with whatever is kept for a minute in the cache."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from sendco.accounts.models import User

    client = Client(headers={"host": "127.0.0.1"})
    if page.who:
        client.force_login(User.objects.get(email=page.who), backend=settings.AUTHENTICATION_BACKENDS[0])
    for _ in range(2):
        client.get(page.paths[0])
    with CaptureQueriesContext(
        connection,
    ) as caught:
        answer = client.get(page.paths[0])
    if answer.status_code != 200:
        return -1
    return len(caught)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sendco.settings")
    django.setup()
    from sendco.pages.demo import DEMO_PASSWORD

    known = ids()
    counted = {page.name: queries(page) for page in pages_for(known) if page.kind != "save"}
    print(json.dumps({"password": DEMO_PASSWORD, "ids": known, "rows": rows(), "queries": counted}))


if __name__ == "__main__":
    main()

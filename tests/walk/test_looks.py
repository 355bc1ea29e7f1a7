"""Whoever opens a page about one child is noted: no page of a record shows a surname without a row of the audit trail."""

from __future__ import annotations

import pytest
from django.db import transaction

from sendco.audit.models import AuditEvent

from .addresses import FILLED, fill
from .forms import visitor_of
from .table import TABLE
from .world import SECRETS

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NOT_A_RECORD = set(
    [
        "agencies:agency",
        "provision:group",
        "provision:group-add#intervention",
        "provision:group-finish",
        "provision:group-members",
        "provision:member-end",
        "pupils:saved-view",
        "pupils:adjustment-add",
        "pupils:contact-add",
        "pupils:contact-remove",
        "pupils:document-add",
        "pupils:grant-add",
        "pupils:grants",
        "pupils:need-add",
        "pupils:note-add",
        "pupils:plan-agree",
        "pupils:pupil-leave",
        "pupils:score-add",
        "pupils:strategy-add",
        "pupils:support-change",
        "pupils:support-told",
        "pupils:tags-edit",
        "pupils:target-add",
        "reviews:invitee-edit",
        "reviews:invitee-reply",
        "reviews:review-add",
        "provision:group-scores",
    ]
)
"""Lists of names, and forms that show a name and nothing of what is recorded about the child. Scores of a group are read by who
runs it. What is changed there is noted by its action."""


def test_no_record_is_read_unnoted(world, visitors):
    unnoted = set()
    for row in TABLE:
        who = visitor_of(row, row.word)
        if "get" not in row.methods or row.name not in FILLED or who is None:
            continue
        last = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with transaction.atomic():
            response = visitors[who].signed_in().get(fill(row.name, world["own"]))
            body = b"".join(response.streaming_content) if response.streaming else response.content
            noted = list(AuditEvent.objects.filter(pk__gt=last).values_list("kind", flat=True))
            transaction.set_rollback(True)
        if response.status_code == 200 and SECRETS["own"].encode() in body and not noted:
            unnoted.add(row.name)
    assert sorted(unnoted - NOT_A_RECORD) == []
    assert sorted(NOT_A_RECORD - unnoted) == []

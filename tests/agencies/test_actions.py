"""Referrals through actions: consent, steps, who may, what is kept; reminders."""

from datetime import date

import pytest

from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import Conflict, NotAllowed, Refused
from staff.agencies.actions import (
    add_agency,
    add_professional,
    change_agency,
    change_referral,
    discard_referral,
    move_referral,
    note_contact,
    open_referral,
)
from staff.agencies.feeds import overdue
from staff.agencies.models import Agency, Referral, ReferralEvent
from staff.agencies.sources import reminders
from tests import factories

from .conftest import CONSENT, TODAY

pytestmark = pytest.mark.integration

NOVEMBER = date(2026, 11, 2)


def move(referral, state, by, on=NOVEMBER, **fields):
    return move_referral(referral=referral, version=referral.version, state=state, on=on, by=by, **fields)


def test_a_referral_starts_as_a_draft_with_a_next_step(draft, sendco):
    assert (draft.state, draft.next_step, draft.next_step_on) == ("draft", "Get consent and send it", date(2026, 11, 9))
    assert (draft.owner, draft.school_id) == (sendco, draft.pupil.school_id)
    assert list(draft.events.values_list("state", "text", "by")) == [("draft", "Started", sendco.pk)]


@pytest.mark.parametrize("missing", ["consent_by", "consent_on", "consent_how"])
def test_sending_needs_a_whole_consent(pupil, salt, sendco, missing):
    consent = {name: value for name, value in CONSENT.items() if name != missing}
    draft = open_referral(pupil=pupil, agency=salt, reason="X", by=sendco, on=NOVEMBER, **consent)
    with pytest.raises(Refused, match="Record whose consent you have, from when and how"):
        move(draft, "sent", sendco)
    draft.refresh_from_db()
    assert (draft.state, draft.sent_on) == ("draft", None)
    move(draft, "sent", sendco, **{missing: CONSENT[missing]})
    assert (draft.state, draft.sent_on) == ("sent", NOVEMBER)


def test_consent_from_after_the_day_of_sending_is_refused(draft, sendco):
    with pytest.raises(Refused, match="after the day of sending"):
        move(draft, "sent", sendco, on=date(2026, 9, 19))


def test_the_whole_way_to_a_report_and_closed(sent, sendco):
    assert (sent.next_step, sent.next_step_on) == ("Ask whether they have it", date(2026, 11, 16))
    for state, on in (("acknowledged", 9), ("waiting", 12), ("seen", 18), ("reported", 20), ("closed", 23)):
        move(sent, state, sendco, on=date(2026, 11, on))
    assert (sent.state, sent.closed_on, sent.next_step, sent.next_step_on) == ("closed", TODAY, "", None)
    assert list(ReferralEvent.objects.order_by("pk").values_list("state", flat=True)) == [
        "draft", "sent", "acknowledged", "waiting", "seen", "reported", "closed",
    ]  # fmt: skip
    move(sent, "waiting", sendco, on=TODAY)
    assert (sent.closed_on, sent.next_step) == (None, "Ask how long the wait is now")


def test_a_step_that_the_table_does_not_have(draft, sendco):
    with pytest.raises(Refused, match="A referral that is draft cannot become report received"):
        move(draft, "reported", sendco)


def test_ones_own_next_step_stands(sent, sendco):
    move(sent, "returned", sendco, next_step_text="Ask the class teacher", next_step_on=date(2026, 11, 4))
    assert (sent.next_step, sent.next_step_on) == ("Ask the class teacher", date(2026, 11, 4))


def test_a_contact_starts_the_clock_again(sent, sendco):
    note_contact(referral=sent, version=sent.version, on=date(2026, 11, 16), text="Rang: they are looking", by=sendco)
    assert (sent.state, sent.next_step_on) == ("sent", date(2026, 11, 30))
    assert sent.events.first().text == "Rang: they are looking"
    move(sent, "closed", sendco)
    with pytest.raises(Refused, match="closed"):
        note_contact(referral=sent, version=sent.version, on=TODAY, text="X", by=sendco)


def test_an_older_version_is_refused(sent, sendco):
    mine = Referral.objects.get(pk=sent.pk)
    move(sent, "acknowledged", sendco)
    with pytest.raises(Conflict):
        move(mine, "declined", sendco)
    assert ReferralEvent.objects.filter(state="declined").count() == 0


def test_change_keeps_the_service_once_sent(draft, sent, salt, social, sendco):
    with pytest.raises(Refused, match="cannot be changed once a referral is sent"):
        change_referral(referral=sent, version=sent.version, by=sendco, agency=social)
    sent.refresh_from_db()
    change_referral(referral=sent, version=sent.version, by=sendco, reason="More words")
    event = AuditEvent.objects.get(kind="referral.changed")
    assert event.details == {"agency": salt.pk, "fields": ["reason"]}
    assert "words" not in str(event.details)


def test_a_person_of_another_service_or_federation_is_refused(pupil, salt, social, sendco, two_schools):
    joanne = add_professional(agency=social, by=None, name="Joanne Lacey")
    with pytest.raises(Refused, match="does not work for the service"):
        open_referral(pupil=pupil, agency=salt, professional=joanne, reason="X", by=sendco, on=TODAY)
    other = add_agency(federation=two_schools[1].federation, by=None, name="Far away", kind="ep")
    with pytest.raises(Refused, match="of your own federation"):
        open_referral(pupil=pupil, agency=other, reason="X", by=sendco, on=TODAY)


def test_only_a_draft_is_thrown_away(draft, sendco):
    move(draft, "sent", sendco)
    with pytest.raises(Refused, match="Only a draft"):
        discard_referral(referral=draft, by=sendco)
    Referral.objects.filter(pk=draft.pk).update(state="draft")
    draft.refresh_from_db()
    discard_referral(referral=draft, by=sendco)
    assert not Referral.objects.exists()


@pytest.mark.parametrize(
    "role",
    [Role.HEAD, Role.TEACHER, Role.SUPPORT, Role.GOVERNOR, Role.SAFEGUARDING, Role.FEDERATION_LEAD, Role.SYSTEM_ADMIN],
)
def test_nobody_else_writes(draft, salt, pupil, school, role):
    by = factories.person(role, school)
    for act in (
        lambda: open_referral(pupil=pupil, agency=salt, reason="X", by=by, on=TODAY),
        lambda: change_referral(referral=draft, version=1, by=by, reason="X"),
        lambda: move(draft, "sent", by),
        lambda: note_contact(referral=draft, version=1, on=TODAY, text="X", by=by),
        lambda: discard_referral(referral=draft, by=by),
        lambda: add_agency(federation=school.federation, by=by, name="X", kind="ep"),
        lambda: change_agency(agency=salt, version=1, by=by, name="X"),
        lambda: add_professional(agency=salt, by=by, name="X"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_sendco_of_another_federation_writes_nothing(draft, salt, two_schools):
    by = factories.person(Role.SENDCO, two_schools[1])
    with pytest.raises(NotAllowed):
        move(draft, "sent", by)
    with pytest.raises(NotAllowed):
        change_agency(agency=salt, version=1, by=by, name="X")


def test_social_care_is_for_who_reads_confidential_notes(pupil, social, sendco, school):
    referral = open_referral(pupil=pupil, agency=social, reason="X", by=sendco, on=TODAY)
    assistant = factories.person(Role.ADMIN, school)
    with pytest.raises(NotAllowed, match="confidential"):
        open_referral(pupil=pupil, agency=social, reason="X", by=assistant, on=TODAY)
    seen = {
        role: Referral.objects.visible_to(factories.person(role, school)).filter(pk=referral.pk).exists()
        for role in (Role.SENDCO, Role.SAFEGUARDING, Role.ADMIN, Role.HEAD, Role.FEDERATION_LEAD, Role.TEACHER)
    }
    assert seen == {
        Role.SENDCO: True, Role.SAFEGUARDING: True, Role.ADMIN: False, Role.HEAD: False,
        Role.FEDERATION_LEAD: False, Role.TEACHER: False,
    }  # fmt: skip


def test_names_of_services_are_taken_once_in_a_federation(salt, school, two_schools):
    with pytest.raises(Refused, match="of this name already"):
        add_agency(federation=school.federation, by=None, name="speech AND language", kind="salt")
    add_agency(federation=two_schools[1].federation, by=None, name="Speech and Language", kind="salt")
    assert Agency.objects.count() == 2


def test_reminders_name_neither_pupil_nor_service(sent, sendco, django_assert_num_queries):
    with django_assert_num_queries(2):
        (reminder,) = list(reminders(TODAY))
    assert (reminder.recipient_id, reminder.kind, reminder.subject_key, reminder.due_on) == (
        sendco.pk, "referral_next_step", f"referral:{sent.pk}", date(2026, 11, 16),
    )  # fmt: skip
    assert reminder.text == "The next step of a referral of KM is due on 16 November 2026"
    assert reminder.path == f"/agencies/referrals/{sent.pk}/"
    assert list(reminders(date(2026, 11, 15))) == []


def test_reminders_go_to_the_sendco_when_the_owner_left_or_may_not_read(sent, sendco, school, social, pupil):
    assistant = factories.person(Role.ADMIN, school)
    Referral.objects.update(owner=assistant)
    assert [reminder.recipient_id for reminder in reminders(TODAY)] == [assistant.pk]
    Referral.objects.update(agency=social)
    assert [reminder.recipient_id for reminder in reminders(TODAY)] == [sendco.pk]
    Referral.objects.update(agency=sent.agency)
    assistant.memberships.update(ends=date(2026, 11, 20))
    assert [reminder.recipient_id for reminder in reminders(TODAY)] == [sendco.pk]
    pupil.left_on = date(2026, 11, 20)
    pupil.save()
    assert list(reminders(TODAY)) == []


def test_feeds(sent, sendco, pupil, school, two_schools, django_assert_num_queries):
    _ = sendco.access
    with django_assert_num_queries(1):
        assert overdue(sendco, school.pk, TODAY) == [sent]
    stranger = factories.person(Role.SENDCO, two_schools[1])
    assert overdue(stranger, school.pk, TODAY) == []

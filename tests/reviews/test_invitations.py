"""Invitations: who gets what, once; the calendar entry; notice; reminders; replies and advice."""

import re
from datetime import date, time

import pytest
from django.core import mail
from django.urls import reverse
from icalendar import Calendar

from reviews import actions, links
from reviews.models import ContributionLink, Invitee
from sendco.accounts.permissions import Role
from sendco.core.exceptions import Refused
from sendco.notifications.models import OutgoingEmail
from tests import factories

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

TODAY = date(2026, 11, 23)


def entry(email: OutgoingEmail):
    calendar = Calendar.from_ical(email.attachments[0]["text"])
    return calendar, calendar.walk("VEVENT")[0]


def named_health(review, by):
    place = review.invitees.get(kind="health")
    actions.change_invitee(invitee=place, version=place.version, by=by, name="Ruth Calloway", email="ruth@nhs.invalid")


def test_everyone_gets_one_e_mail_with_initials_only(invited):
    emails = list(OutgoingEmail.objects.filter(kind="review_invitation"))
    assert len(emails) == 5
    for email in emails:
        assert email.subject == "Invitation: annual review for KM, Tuesday 26 January 2027"
        for secret in ("Kofi", "Mensah", "Abena"):
            assert secret not in email.text + email.subject + email.attachments[0]["text"]
    assert not OutgoingEmail.objects.filter(to_email="barred@home.invalid").exists()


def test_the_calendar_entry_is_a_request_with_a_stable_uid(invited):
    email = OutgoingEmail.objects.get(to_email="abena@home.invalid")
    calendar, event = entry(email)
    assert email.attachments[0]["mime"] == "text/calendar; method=REQUEST"
    assert calendar["method"] == "REQUEST"
    assert event["uid"] == f"review-{invited.pk}@127.0.0.1"
    assert event["sequence"] == 0
    assert event["summary"] == "Annual review (KM)"
    assert event["dtstart"].dt.isoformat() == "2027-01-26T14:00:00+00:00"
    assert event["dtend"].dt.isoformat() == "2027-01-26T15:15:00+00:00"
    assert event["attendee"] == "mailto:abena@home.invalid"


def test_a_summer_meeting_is_an_hour_earlier_in_utc(review, sendco):
    actions.schedule_meeting(
        review=review, version=review.version, meeting_on=date(2027, 4, 20), meeting_at=time(14), place="Hall", by=sendco,
        on=TODAY, short_notice_reason="x",
    )  # fmt: skip
    actions.send_invitations(review=review, by=sendco, on=TODAY)
    _, event = entry(OutgoingEmail.objects.first())
    assert event["dtstart"].dt.isoformat() == "2027-04-20T13:00:00+00:00"


def test_moving_sends_the_same_entry_with_a_higher_sequence(invited, sendco):
    actions.schedule_meeting(
        review=invited, version=invited.version, meeting_on=date(2027, 1, 28), meeting_at=time(10), place="Hall", by=sendco,
        on=TODAY,
    )  # fmt: skip
    email = OutgoingEmail.objects.get(kind="review_change", to_email="abena@home.invalid")
    calendar, event = entry(email)
    assert (calendar["method"], event["sequence"]) == ("REQUEST", 1)
    assert event["uid"] == f"review-{invited.pk}@127.0.0.1"
    assert email.subject == "Changed: annual review for KM, now Thursday 28 January 2027"
    assert set(ContributionLink.objects.values_list("expires_on", flat=True)) == {date(2027, 1, 28)}


def test_cancelling_takes_the_entry_out_and_stops_links(invited, sendco):
    actions.cancel_review(review=invited, reason="Moves away", by=sendco, on=TODAY)
    calendar, event = entry(OutgoingEmail.objects.filter(kind="review_cancelled").first())
    assert (calendar["method"], event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 1)
    assert not ContributionLink.objects.filter(revoked_at__isnull=True).exists()


def test_the_secret_is_in_the_sent_e_mail_and_nowhere_in_the_database(
    invited, django_capture_on_commit_callbacks, sendco
):
    link = ContributionLink.objects.get(invitee__kind="parent")
    token = links.token_of(link)
    stored = OutgoingEmail.objects.get(to_email="abena@home.invalid")
    assert f"[[contribution:{link.pk}]]" in stored.text
    assert token not in stored.text
    assert link.token_hash == links.hash_of(token)
    parent = link.invitee
    with django_capture_on_commit_callbacks(execute=True):
        actions.remind_invitee(invitee=parent, by=sendco, on=TODAY)
    sent = mail.outbox[-1]
    assert f"http://127.0.0.1:8000/c/{token}/" in sent.body
    assert "[[" not in sent.body


def test_a_sent_invitation_carries_the_method_in_its_type(booked, sendco, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.send_invitations(review=booked, by=sendco, on=TODAY)
    part = next(p for p in mail.outbox[0].message().walk() if p.get_content_type() == "text/calendar")
    assert re.search(r"method=\"?REQUEST", part["Content-Type"])
    assert Calendar.from_ical(part.get_payload(decode=True))["method"] == "REQUEST"


def test_colleagues_are_led_to_their_account_and_get_no_link(invited, head):
    email = OutgoingEmail.objects.get(to_email=head.email)
    person = invited.invitees.get(kind="head")
    assert reverse("reviews:invitee-advice", args=[person.pk]) in email.text
    assert not person.links.exists()


def test_required_people_without_a_name_hold_the_step_open(booked, sendco):
    sent = actions.send_invitations(review=booked, by=sendco, on=TODAY)
    booked.refresh_from_db()
    assert (sent.emailed, sent.by_hand, sent.missing) == (4, 1, ["Health professional"])
    assert booked.invited_on is None
    assert booked.steps.get(key="invite_by").done_on is None
    named_health(booked, sendco)
    actions.send_invitations(review=booked, by=sendco, on=date(2026, 11, 30))
    booked.refresh_from_db()
    assert booked.invited_on == date(2026, 11, 30)
    assert booked.steps.get(key="invite_by").done_on == date(2026, 11, 30)


def test_sending_twice_invites_nobody_twice(invited, sendco):
    sent = actions.send_invitations(review=invited, by=sendco, on=date(2026, 11, 24))
    assert (sent.emailed, sent.by_hand) == (0, 0)
    assert OutgoingEmail.objects.filter(kind="review_invitation").count() == 5
    invited.refresh_from_db()
    assert invited.invited_on == TODAY


@pytest.mark.parametrize(
    ("sent_on", "is_compliant", "days"),
    [(date(2027, 1, 12), True, 14), (date(2027, 1, 13), False, 13)],
)
def test_notice_is_judged_to_the_day(booked, sendco, sent_on, is_compliant, days):
    sent = actions.send_invitations(review=booked, by=sendco, on=sent_on)
    assert (sent.notice.is_compliant, sent.notice.days) == (is_compliant, days)


def test_invitations_by_letter_can_be_recorded(booked, sendco):
    with pytest.raises(Refused, match="names of those"):
        actions.record_invited(review=booked, on=TODAY, by=sendco)
    named_health(booked, sendco)
    actions.record_invited(review=booked, on=TODAY, by=sendco)
    booked.refresh_from_db()
    assert booked.invited_on == TODAY
    assert not OutgoingEmail.objects.exists()


def test_a_reminder_goes_once_a_day(invited, sendco):
    parent = invited.invitees.get(kind="parent")
    assert actions.remind_invitee(invitee=parent, by=sendco, on=TODAY) is True
    assert actions.remind_invitee(invitee=parent, by=sendco, on=TODAY) is False
    assert actions.remind_invitee(invitee=parent, by=sendco, on=date(2026, 11, 24)) is True
    parent.refresh_from_db()
    assert parent.reminded_on == date(2026, 11, 24)


def test_reminding_needs_an_invitation_and_an_address(booked, sendco):
    parent = booked.invitees.get(kind="parent")
    with pytest.raises(Refused, match="Invite this person first"):
        actions.remind_invitee(invitee=parent, by=sendco, on=TODAY)
    Invitee.objects.filter(pk=parent.pk).update(email="", invited_on=TODAY)
    parent.refresh_from_db()
    with pytest.raises(Refused, match="no e-mail address"):
        actions.remind_invitee(invitee=parent, by=sendco, on=TODAY)


def test_the_last_of_a_required_kind_and_the_invited_stay_on_the_list(invited, booked, sendco):
    with pytest.raises(Refused, match="has been invited"):
        actions.remove_invitee(invitee=invited.invitees.get(kind="parent"), by=sendco)
    extra = actions.add_invitee(review=invited, by=sendco, kind="other", name="Aunt")
    actions.remove_invitee(invitee=extra, by=sendco)
    assert not invited.invitees.filter(kind="other").exists()


def test_the_last_required_person_cannot_be_taken_off(booked, sendco):
    with pytest.raises(Refused, match=r"Regulation 20\(2\)"):
        actions.remove_invitee(invitee=booked.invitees.get(kind="la"), by=sendco)


def test_a_named_person_takes_the_place_that_was_held_open(booked, sendco):
    actions.add_invitee(review=booked, by=sendco, kind="health", name="Ruth Calloway", email="ruth@nhs.invalid")
    assert list(booked.invitees.filter(kind="health").values_list("name", "is_required")) == [("Ruth Calloway", True)]


def test_advice_is_circulated_only_when_some_came(invited, sendco):
    with pytest.raises(Refused, match="Nobody has sent advice"):
        actions.circulate_advice(review=invited, on=TODAY, by=sendco)
    parent = invited.invitees.get(kind="parent")
    actions.record_advice(invitee=parent, version=parent.version, text="He is happy", on=TODAY, by=sendco)
    told = actions.circulate_advice(review=invited, on=TODAY, by=sendco)
    invited.refresh_from_db()
    assert (told, invited.advice_circulated_on) == (5, TODAY)
    assert "He is happy" not in "".join(OutgoingEmail.objects.values_list("text", flat=True))
    assert invited.steps.get(key="advice_circulated_by").done_on == TODAY


# --- On screen --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("on_day")
def test_one_press_invites_all_who_can_be_reached(school, booked, sign_in):
    client = sign_in(Role.ADMIN, school)
    page = client.get(reverse("reviews:invite", args=[booked.pk])).content.decode()
    assert "1 person cannot be invited yet." in page
    assert "Invite 5 people" in page
    client.post(reverse("reviews:invite", args=[booked.pk]))
    assert OutgoingEmail.objects.filter(kind="review_invitation").count() == 4


@pytest.mark.usefixtures("on_day")
def test_one_press_reminds_a_person(school, invited, sign_in):
    client = sign_in(Role.ADMIN, school)
    person = invited.invitees.get(kind="la")
    response = client.post(reverse("reviews:invitee-remind", args=[person.pk]), follow=True)
    assert "Reminder sent to Martin Yeo" in response.content.decode()
    assert client.get(reverse("reviews:invitee-remind", args=[person.pk])).status_code == 405


@pytest.mark.usefixtures("on_day")
def test_replies_and_people_are_changed_on_screen(school, invited, sign_in):
    client = sign_in(Role.ADMIN, school)
    person = invited.invitees.get(kind="la")
    client.post(reverse("reviews:invitee-reply", args=[person.pk]), {"reply": "video", "version": person.version})
    person.refresh_from_db()
    assert person.reply == "video"
    stale = client.post(reverse("reviews:invitee-reply", args=[person.pk]), {"reply": "coming", "version": 1})
    assert stale.status_code == 409
    missing = client.post(
        reverse("reviews:invitee-add", args=[invited.pk]), {"kind": "other", "name": "Dr Aziz", "method": "email"}
    )
    assert missing.status_code == 422
    assert "Enter an e-mail address, or invite by post or by hand" in missing.content.decode()
    client.post(
        reverse("reviews:invitee-add", args=[invited.pk]), {"kind": "other", "name": "Dr Aziz", "method": "post"}
    )
    assert invited.invitees.filter(name="Dr Aziz", is_required=False).exists()


@pytest.mark.usefixtures("on_day")
def test_a_link_to_hand_over_is_shown_once_and_replaces_the_last(school, invited, sign_in):
    client = sign_in(Role.SENDCO, school)
    person = invited.invitees.get(kind="parent")
    old = person.links.get()
    response = client.post(reverse("reviews:invitee-link", args=[person.pk]))
    new = person.links.get(revoked_at__isnull=True)
    assert new.pk != old.pk
    assert links.address_of(new) in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    client.post(reverse("reviews:invitee-link-stop", args=[person.pk]))
    assert not person.links.filter(revoked_at__isnull=True).exists()


@pytest.mark.usefixtures("on_day")
def test_the_calendar_file_of_a_review(school, booked, sign_in):
    response = sign_in(Role.HEAD, school).get(reverse("reviews:ics", args=[booked.pk]))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    event = Calendar.from_ical(response.content).walk("VEVENT")[0]
    assert event["location"] == "Sunshine room"
    other = factories.SchoolFactory()
    assert sign_in(Role.HEAD, other).get(reverse("reviews:ics", args=[booked.pk])).status_code == 404

"""Views by link: the whole way without an account, and every way in which a link is dead."""

from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse

from reviews import actions, links
from reviews.models import ContributionLink
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core import clock, logs
from sendco.core.exceptions import Refused
from sendco.notifications.models import Notification, OutgoingEmail
from tests import factories

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("on_day")]


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def link(invited) -> ContributionLink:
    return ContributionLink.objects.get(invitee__kind="parent")


@pytest.fixture
def token(link) -> str:
    return links.token_of(link)


def page(name: str, token: str, *more) -> str:
    return reverse(f"reviews:{name}", args=[token, *more])


def test_four_questions_are_answered_checked_and_sent(client, link, token, sendco):
    start = client.get(page("contribution", token))
    assert "Share your views for Kofi’s review" in start.content.decode()
    for n, text in enumerate(("Kind", "", "Mornings", "More reading"), start=1):
        response = client.post(page("contribution-question", token, n), {"text": text})
        assert response.status_code == 302
    assert response.url == page("contribution-done", token)
    check = client.get(response.url).content.decode()
    assert "Mornings" in check
    assert "Send to the school" in check
    assert ContributionLink.objects.get(pk=link.pk).submitted_at is None
    client.post(page("contribution-done", token))
    link.refresh_from_db()
    assert link.answers == {"liked": "Kind", "working": "", "not_working": "Mornings", "next": "More reading"}
    assert link.submitted_at is not None
    link.invitee.refresh_from_db()
    assert link.invitee.advice_received_on == date(2026, 11, 23)
    assert "Thank you" in client.get(page("contribution-done", token)).content.decode()
    event = AuditEvent.objects.get(kind="contribution.sent")
    assert (event.actor_id, event.actor_label) == (None, "Invited person, by link")
    notice = Notification.objects.get(kind="contribution")
    assert (notice.recipient, notice.text) == (sendco, "Views for the review of KM have come in")


def test_nothing_but_the_first_name_is_shown(client, token):
    pages = [page("contribution", token), page("contribution-question", token, 1), page("contribution-done", token)]
    for address in pages:
        text = client.get(address).content.decode()
        assert "Kofi" in text or "Check" in text
        for secret in ("Mensah", "Year 4", "2018", "Martin Yeo"):
            assert secret not in text


def test_answers_are_kept_as_one_goes_and_the_way_is_taken_up_again(client, token):
    client.post(page("contribution-question", token, 1), {"text": "Kind"})
    client.post(page("contribution-question", token, 2), {"text": "Reading"})
    assert page("contribution-question", token, 3) in client.get(page("contribution", token)).content.decode()
    assert ">Kind</textarea>" in client.get(page("contribution-question", token, 1)).content.decode()


def test_autosave_answers_with_the_time_only(client, link, token):
    response = client.post(page("contribution-question", token, 1), {"text": "Ki"}, headers={"HX-Request": "true"})
    assert "Saved at 8:40am" in response.content.decode()
    link.refresh_from_db()
    assert link.answers == {"liked": "Ki"}


def test_headers_keep_the_address_secret_and_set_no_cookie(client, token):
    response = client.get(page("contribution-question", token, 1))
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert not response.cookies


def test_works_for_a_browser_that_sends_no_origin(token):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, headers={"Origin": "null"})
    assert strict.post(page("contribution-question", token, 1), {"text": "Kind"}).status_code == 302


def test_an_empty_contribution_is_not_sent(client, token):
    response = client.post(page("contribution-done", token))
    assert response.status_code == 422
    assert "Write something in at least one answer" in response.content.decode()


def test_after_sending_nothing_can_be_changed(client, link, token):
    client.post(page("contribution-question", token, 1), {"text": "Kind"})
    client.post(page("contribution-done", token))
    assert client.get(page("contribution", token)).url == page("contribution-done", token)
    response = client.post(page("contribution-question", token, 1), {"text": "Changed"})
    assert response.status_code == 302
    link.refresh_from_db()
    assert link.answers == {"liked": "Kind"}


def test_a_too_long_answer_is_kept_on_screen_and_refused(client, link, token):
    response = client.post(page("contribution-question", token, 1), {"text": "x" * 4001})
    assert response.status_code == 422
    assert "4,000 characters or fewer" in response.content.decode()
    link.refresh_from_db()
    assert link.answers == {}


def test_unknown_expired_and_stopped_links_are_dead_and_say_nothing(client, invited, token, sendco, on_day):
    unknown = client.get(page("contribution", "a" * 43))
    assert unknown.status_code == 404
    actions.revoke_link(invitee=invited.invitees.get(kind="parent"), by=sendco)
    stopped = client.get(page("contribution", token))
    assert stopped.status_code == 410
    other = ContributionLink.objects.get(invitee__kind="la")
    assert client.get(page("contribution", links.token_of(other))).status_code == 200
    on_day.move_to("2027-01-26 18:00:00+00:00")
    assert client.get(page("contribution", links.token_of(other))).status_code == 200
    on_day.move_to("2027-01-27 08:00:00+00:00")
    expired = client.get(page("contribution", links.token_of(other)))
    assert expired.status_code == 410
    assert "This link stopped working on 26 January 2027" in expired.content.decode()
    for response in (unknown, stopped, expired):
        assert "Kofi" not in response.content.decode()


def test_a_cancelled_meeting_closes_its_links(client, invited, token, sendco):
    actions.cancel_review(review=invited, reason="x", by=sendco, on=date(2026, 11, 23))
    assert client.get(page("contribution", token)).status_code == 410


def test_guessing_is_slowed_down(client, token):
    codes = [client.get(page("contribution", f"guess-{n}")).status_code for n in range(21)]
    assert codes == [404] * 20 + [429]
    # Somebody else at the same address, as all are behind a proxy, still opens a link that is real.
    assert client.get(page("contribution", token)).status_code == 200


def test_saving_too_often_is_slowed_down(client, token):
    codes = {client.post(page("contribution-question", token, 1), {"text": str(n)}).status_code for n in range(60)}
    assert codes == {302}
    assert client.post(page("contribution-question", token, 1), {"text": "x"}).status_code == 429


def test_there_is_no_fifth_question(client, token):
    assert client.get(page("contribution-question", token, 5)).status_code == 404
    assert client.get(page("contribution-question", token, 0)).status_code == 404


def test_a_child_is_spoken_to_directly(client, booked, sendco):
    child = booked.invitees.get(kind="pupil")
    link = actions.make_link(invitee=child, by=sendco)
    text = client.get(page("contribution-question", links.token_of(link), 1)).content.decode()
    assert "What do people like about you?" in text


def test_a_replaced_link_brings_the_answers_along(client, link, token, sendco):
    client.post(page("contribution-question", token, 1), {"text": "Kind"})
    new = actions.make_link(invitee=link.invitee, by=sendco)
    assert new.answers == {"liked": "Kind"}
    assert client.get(page("contribution", token)).status_code == 410


def test_staff_read_the_answers_and_that_is_audited(client, school, link, token, sign_in):
    client.post(page("contribution-question", token, 3), {"text": "Mornings are hard"})
    client.post(page("contribution-done", token))
    reader = sign_in(Role.HEAD, school)
    text = reader.get(reverse("reviews:invitee-advice", args=[link.invitee_id])).content.decode()
    assert "Mornings are hard" in text
    assert "What is hard for Kofi at the moment?" in text
    event = AuditEvent.objects.get(kind="contribution.read")
    assert (event.actor_id, event.pupil_id) == (reader.user.pk, link.invitee.review.pupil_id)
    pack = reader.get(reverse("reviews:pack", args=[link.invitee.review_id])).content.decode()
    assert "Mornings are hard" in pack


def test_costs_few_queries(client, token, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(page("contribution-question", token, 1))
    with django_assert_num_queries(5):  # the link, then a transaction that locks and writes it
        client.post(page("contribution-question", token, 1), {"text": "Kind"})


def guess(client, caller: str, n: int) -> int:
    headers = {"X-Forwarded-For": f"6.6.6.{n}, {caller}"}
    return client.get(page("contribution", f"guess-{n}"), headers=headers).status_code


def test_behind_a_proxy_each_caller_is_counted_alone_and_none_can_pass_for_another(client, token, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert [guess(client, "198.51.100.7", n) for n in range(21)] == [404] * 20 + [429]
    assert guess(client, "198.51.100.8", 1) == 404
    assert client.get(page("contribution", token), headers={"X-Forwarded-For": "198.51.100.8"}).status_code == 200


def test_without_a_proxy_the_header_changes_nothing(client):
    assert [guess(client, f"198.51.100.{n}", n) for n in range(21)] == [404] * 20 + [429]


def test_an_answer_counts_a_new_line_once_as_browsers_do(client, link, token):
    text = "\r\n".join(["x" * 99] * 40)
    assert len(text) > 4000 >= len(text.replace("\r\n", "\n"))
    assert client.post(page("contribution-question", token, 1), {"text": text}).status_code == 302
    link.refresh_from_db()
    assert link.answers["liked"] == text.replace("\r\n", "\n")


def test_two_windows_keep_each_others_answers(link):
    first, second = ContributionLink.objects.get(pk=link.pk), ContributionLink.objects.get(pk=link.pk)
    actions.save_answer(link=first, key="liked", text="Kind", at=clock.now())
    actions.save_answer(link=second, key="next", text="Reading", at=clock.now())
    link.refresh_from_db()
    assert link.answers == {"liked": "Kind", "next": "Reading"}


def test_a_late_autosave_does_not_change_what_was_sent(client, link, token):
    stale = ContributionLink.objects.get(pk=link.pk)
    client.post(page("contribution-question", token, 1), {"text": "Kind"})
    client.post(page("contribution-done", token))
    with pytest.raises(Refused, match="You have sent your views already"):
        actions.save_answer(link=stale, key="liked", text="Ki", at=clock.now())
    link.refresh_from_db()
    assert link.answers == {"liked": "Kind"}


def test_sending_twice_tells_once(client, token):
    client.post(page("contribution-question", token, 1), {"text": "Kind"})
    for _ in range(2):
        assert client.post(page("contribution-done", token)).status_code == 302
    assert Notification.objects.filter(kind="contribution").count() == 1
    assert AuditEvent.objects.filter(kind="contribution.sent").count() == 1


def test_without_an_owner_everybody_who_arranges_reviews_is_told(client, school, link, token, sendco):
    admin = factories.person(Role.ADMIN, school)
    type(link.invitee.review).objects.update(owner=None)
    client.post(page("contribution-question", token, 1), {"text": "Kind"})
    client.post(page("contribution-done", token))
    told = Notification.objects.filter(kind="contribution").values_list("recipient_id", flat=True)
    assert sorted(told) == sorted([sendco.pk, admin.pk])


def test_neither_address_nor_subject_nor_log_names_the_child_or_gives_the_link_away(client, link, token, caplog):
    email = OutgoingEmail.objects.get(to_email="abena@home.invalid")
    for text in (token, email.subject, email.text, page("contribution-question", token, 1)):
        assert "Kofi" not in text
        assert "Mensah" not in text
    assert token not in email.text
    with caplog.at_level("WARNING", logger="django.request"):
        assert client.post(page("contribution-done", token)).status_code == 422
    assert caplog.records
    for record in caplog.records:
        line = logs.formatter().format(record)
        assert token not in line
        assert "Kofi" not in line

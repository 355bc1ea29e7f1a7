"""Views given by link, without an account: a start page, four questions, a thank you. Works without script and cookies."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from reviews import actions, rules
from reviews.actions.contributions import LinkGone
from reviews.enums import InviteeKind, ReviewState
from reviews.forms import AnswerForm
from reviews.models import ContributionLink
from sendco.core import clock
from sendco.core.dates import days_after
from sendco.core.exceptions import NotFound, Refused
from sendco.core.http import caller_address
from sendco.core.ui import clock_time

TRIES, TRY_SECONDS = 20, 600
SAVES, SAVE_SECONDS = 60, 600
NO_COOKIE = {"csrf_token": ""}
"""The base page would ask for a token, and so set a cookie; nothing here needs one."""


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """No sign-in, nothing kept by caches, no address passed on, not indexed, and the same page for every dead link.

    The token in the address is the only authority, and no cookie is used, so a forged request from another site gains
    nothing; with `no-referrer` a browser sends no origin that Django could check.
    """

    @csrf_exempt
    @login_not_required
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def wrapped(request: HttpRequest, token: str, **kwargs) -> HttpResponse:
        response = _answer(view, request, token, kwargs)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


def _answer(view: Callable[..., HttpResponse], request: HttpRequest, token: str, kwargs: dict) -> HttpResponse:
    caller = caller_address(request)
    try:
        link = actions.open_link(token, on=clock.today())
    except NotFound as error:
        # Only wrong links are counted out: behind a proxy, or in one school's network, everybody has the same address.
        if _count(f"contribution:tries:{caller}") >= TRIES:
            return _dead(request, "Too many tries from this place. Wait 10 minutes, then open the link again.", 429)
        _add(f"contribution:tries:{caller}", TRY_SECONDS)
        return _dead(request, error.message, 404)
    except LinkGone as error:
        return _dead(request, error.message, 410)
    if link.invitee.review.state == ReviewState.CANCELLED:
        return _dead(request, "This meeting was cancelled. The school will write to you.", 410)
    if request.method == "POST":
        if _count(f"contribution:saves:{link.pk}") >= SAVES:
            return _dead(request, "You have saved very often. Wait 10 minutes, then open the link again.", 429)
        _add(f"contribution:saves:{link.pk}", SAVE_SECONDS)
    return view(request, link, token, **kwargs)


def _count(key: str) -> int:
    return cache.get(key, 0)


def _add(key: str, seconds: int) -> None:
    cache.add(key, 0, seconds)
    try:
        cache.incr(key)
    except ValueError:  # it expired between the two calls
        cache.set(key, 1, seconds)


def _dead(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "contribution/dead.html", {**NO_COOKIE, "sentence": sentence}, status=status)


def _common(link: ContributionLink, token: str) -> dict:
    """First name, school and meeting: nothing else about the child."""
    review, invitee = link.invitee.review, link.invitee
    return {
        **NO_COOKIE,
        "first_name": review.pupil.first_name,
        "is_child": invitee.kind == InviteeKind.PUPIL,
        "school": review.school,
        "meeting_on": review.meeting_on,
        "meeting_at": review.meeting_at,
        "ends": link.expires_on,
        "start_url": reverse("reviews:contribution", args=[token]),
        "count": len(rules.QUESTIONS),
    }


@public
def start(request: HttpRequest, link: ContributionLink, token: str) -> HttpResponse:
    """What it is about, how long it takes and who will read it."""
    if link.submitted_at:
        return redirect("reviews:contribution-done", token=token)
    answered = sum(bool(link.answers.get(key)) for key in rules.ANSWER_KEYS)
    context = {
        **_common(link, token),
        "answered": answered,
        "first_url": reverse("reviews:contribution-question", args=[token, min(answered + 1, len(rules.QUESTIONS))]),
        "by": days_after(link.invitee.review.meeting_on, -15) if link.invitee.review.meeting_on else None,
        "today": clock.today(),
    }
    return render(request, "contribution/start.html", context)


@public
def question(request: HttpRequest, link: ContributionLink, token: str, n: int) -> HttpResponse:
    """One question. Each answer is kept as it is sent; the last leads to a page on which all can be checked."""
    if link.submitted_at:
        return redirect("reviews:contribution-done", token=token)
    if not 1 <= n <= len(rules.QUESTIONS):
        return _dead(request, "There is no such question.", 404)
    asked, now = rules.QUESTIONS[n - 1], clock.now()
    form = AnswerForm(
        request.POST if request.method == "POST" else None, initial={"text": link.answers.get(asked.key, "")}
    )
    saved_at = ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_answer(link=link, key=asked.key, text=form.cleaned_data["text"], at=now)
        except Refused:  # sent from another window meanwhile
            return redirect("reviews:contribution-done", token=token)
        if request.htmx:
            saved_at = clock_time(now)
            return render(request, "contribution/_saved.html", {"saved_at": saved_at})
        following = n + 1
        if following > len(rules.QUESTIONS):
            return redirect("reviews:contribution-done", token=token)
        return redirect("reviews:contribution-question", token=token, n=following)
    common = _common(link, token)
    heading = asked.to_child if common["is_child"] else asked.text.replace("{name}", common["first_name"])
    hint = asked.child_hint if common["is_child"] else asked.hint.replace("{name}", common["first_name"])
    context = {
        **common,
        "form": form,
        "n": n,
        "heading": heading,
        "hint": hint,
        "steps": range(1, len(rules.QUESTIONS) + 1),
        "was_saved": bool(link.answers.get(asked.key)),
        "back_url": reverse("reviews:contribution-question", args=[token, n - 1]) if n > 1 else common["start_url"],
        "skip_url": reverse("reviews:contribution-question", args=[token, n + 1])
        if n < len(rules.QUESTIONS)
        else reverse("reviews:contribution-done", args=[token]),
        "max_length": rules.ANSWER_MAX,
    }
    return render(request, "contribution/question.html", context, status=422 if form.errors else 200)


@public
def done(request: HttpRequest, link: ContributionLink, token: str) -> HttpResponse:
    """Before sending: everything to check, and one button. After: thanks."""
    problem = ""
    if request.method == "POST":
        try:
            actions.submit_contribution(link=link, at=clock.now())
        except Refused as error:
            problem = error.message
        else:
            return redirect("reviews:contribution-done", token=token)
    common = _common(link, token)
    if link.submitted_at:
        return render(request, "contribution/thanks.html", {**common, "sent_at": link.submitted_at})
    answers = [
        {
            "question": q.to_child if common["is_child"] else q.text.replace("{name}", common["first_name"]),
            "text": link.answers.get(q.key, ""),
            "url": reverse("reviews:contribution-question", args=[token, n]),
        }
        for n, q in enumerate(rules.QUESTIONS, start=1)
    ]
    context = {**common, "answers": answers, "problem": problem, "page_has_errors": bool(problem)}
    return render(request, "contribution/check.html", context, status=422 if problem else 200)

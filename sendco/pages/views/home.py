"""The first page of the day. Each role has its own; none takes more than 12 queries with those of the shell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pupils.models import Pupil
from reviews import feeds as review_feeds
from sendco.accounts.guards import need
from sendco.accounts.permissions import Permission, Role
from sendco.audit import audit
from sendco.core import clock, ui
from sendco.pages import counts, federation_feed, feeds, today
from sendco.pages.navigation import main_role
from sendco.schools.services import calendar_for
from staff.agencies import feeds as agency_feeds
from staff.deployment.feeds import asked_of

DEADLINES_SHOWN = 5
STUCK_SHOWN = 4
GAPS_SHOWN = 6
REFERRALS_SHOWN = 5
P = Permission


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """By the person's role in the school in view."""
    role = main_role(request.user.access, request.school.id if request.school else None)
    if role is None:
        return _without_role(request)
    return HOMES[role](request)


def _without_role(request: HttpRequest) -> HttpResponse:
    """Somebody who was given single pupils sees those; anybody else, whom to ask."""
    if Pupil.objects.visible_to(request.user).exists():
        return redirect("pupils:mine")
    return render(request, "pages/home/no_role.html")


def _my_day(request: HttpRequest) -> HttpResponse:
    return redirect("provision:my-day")


def _reports(request: HttpRequest) -> HttpResponse:
    return redirect("reports:list")


# --- Today ------------------------------------------------------------------------------------------------


def _day(request: HttpRequest) -> dict[str, Any]:
    """What every Today begins with: dates, calendar, gaps, messages and the sentence. 5 queries at most."""
    user, school, now = request.user, request.school, clock.now()
    on, can = now.date(), lambda permission: user.access.can(permission, school.id)
    calendar = calendar_for(school.id)
    items = review_feeds.due_items(school.id, on, calendar=calendar) if can(P.REVIEW_DATES) else []
    items = review_feeds.offered(items, user.access, school.id)
    risky = review_feeds.at_risk_of(items, on)
    gaps = feeds.gaps(school.id, on) if can(P.STAFF_VIEW) else []
    messages = feeds.messages_of(user)
    counts.tell(request, unread=messages.unread)
    if can(P.REVIEW_DATES):
        counts.tell(request, deadlines=len(risky))
    if can(P.STAFF_VIEW):
        counts.tell(request, cover=len(gaps))
    return {
        "on": on,
        "now": now,
        "greeting": today.greeting(now, user.get_short_name()),
        "eyebrow": today.place_in_term(on, calendar),
        "lead": today.summary(risky, len(gaps), items, on, acts=can(P.REVIEW_EDIT)),
        "items": items,
        "risky": risky,
        "deadlines": today.titled(risky[:DEADLINES_SHOWN]),
        "next_date": today.next_date(items, on),
        "horizon": review_feeds.horizon_of(items, on, calendar=calendar),
        "gaps": gaps[:GAPS_SHOWN],
        "gap_count": len(gaps),
        "gap_whys": list(dict.fromkeys(gap.why for gap in gaps if gap.session.deliverer_id)),
        "more_gaps": max(0, len(gaps) - GAPS_SHOWN),
        "messages_found": messages,
        "sees_staff": can(P.STAFF_VIEW),
        "can_edit_reviews": can(P.REVIEW_EDIT),
        "can_cover": can(P.COVER_ARRANGE),
        "can_remind": can(P.PROVISION_EDIT),
    }


def _add_provision(request: HttpRequest, context: dict[str, Any]) -> None:
    """Sessions not logged and pupils without progress, for who oversees provision. Two queries; tells the side bar its count."""
    user, school, on = request.user, request.school, context["on"]
    late = feeds.not_logged(user, school.id, on)
    pupils = Pupil.objects.visible_in(user, school.id).on_roll(on)
    stuck = feeds.not_progressing(pupils, on)
    sessions_url = f"{reverse('provision:sessions')}?state=not_logged"
    stuck_url = f"{reverse('pupils:register')}?progress=none"
    context |= {
        "not_logged": late,
        "sessions_url": sessions_url,
        "stuck": stuck[:STUCK_SHOWN],
        "stuck_url": stuck_url,
        "sessions_link": f"All {late.total}" if late.total else "All sessions",
        "stuck_link": f"All {len(stuck)}" if stuck else "The register",
        "figures": [
            today.deadline_figure(context["risky"], on),
            today.not_logged_figure(late, sessions_url),
            today.progress_figure(stuck, stuck_url),
            today.cover_figure(context["gaps"], context["gap_count"]),
        ],
    }
    counts.tell(request, sessions=late.total)


def _sendco(request: HttpRequest) -> HttpResponse:
    """Everything that cannot wait, with the button that starts it. 12 queries."""
    context = _day(request)
    _add_provision(request, context)
    context |= _agenda(request, context) | _referrals(request, context)
    return render(request, "pages/home/today.html", context | {"is_full": True})


def _referrals(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Referrals whose next step is due or was, for who writes them. One query."""
    found = agency_feeds.overdue(request.user, request.school.id, context["on"], limit=REFERRALS_SHOWN)
    return {"referrals": found}


def _agenda(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    entries = feeds.agenda(request.user, request.school.id, context["now"], with_reviews=True)
    return {
        "past": [e for e in entries if e.is_past],
        "coming": [e for e in entries if not e.is_past],
        "has_agenda": True,
    }


def _short(request: HttpRequest) -> HttpResponse:
    """The same to look at, for a headteacher: nothing to send or log. 11 queries."""
    context = _day(request)
    _add_provision(request, context)
    context |= _agenda(request, context)
    return render(request, "pages/home/today.html", context)


def _admin(request: HttpRequest) -> HttpResponse:
    """Meetings, dates and referrals: no progress, no session notes. 10 queries."""
    context = _day(request)
    meetings = feeds.meetings_soon(request.user, request.school.id, context["on"])
    context |= _referrals(request, context) | {
        "meetings": meetings,
        "figures": [
            today.deadline_figure(context["risky"], context["on"]),
            {"value": len(meetings), "label": "Review meetings", "meta": "In the next 2 weeks", "url": "#meetings"},
            today.invitations_figure(context["items"], f"{reverse('reviews:deadlines')}?row=invitations"),
            today.cover_figure(context["gaps"], context["gap_count"]),
        ],
    }
    return render(request, "pages/home/today.html", context)


def _safeguarding(request: HttpRequest) -> HttpResponse:
    """Concerns written of late, and dates that concern the same pupils. 9 queries."""
    context = _day(request)
    context |= {
        "concerns": feeds.concerns(request.user, request.school.id, context["on"]),
        "meetings": feeds.meetings_soon(request.user, request.school.id, context["on"]),
        "is_safeguarding": True,
    }
    return render(request, "pages/home/today.html", context)


@require_safe
def today_print(request: HttpRequest) -> HttpResponse:
    """Today on paper, for who has it on the screen. Written to the audit trail, since it names pupils. 11 queries."""
    need(request, P.REVIEW_DATES)
    context = _day(request)
    if request.user.access.can(P.SESSION_VIEW_ALL, request.school.id):
        context["not_logged"] = feeds.not_logged(request.user, request.school.id, context["on"])
    context |= _agenda(request, context)
    context |= {"risky_rows": today.titled(context["risky"])}
    context |= {"printed_by": request.user.get_full_name(), "printed_at": context["now"], "personal": True}
    audit.record("today.printed", by=request.user, school_id=request.school.id)
    return render(request, "pages/home/print.html", context)


# --- A class ----------------------------------------------------------------------------------------------


def _teacher(request: HttpRequest) -> HttpResponse:
    """My class: today's sessions, targets nobody rated of late, plans to review, advice asked for. 12 queries."""
    user, school, now = request.user, request.school, clock.now()
    on = now.date()
    pupils = feeds.class_pupils(user, school.id)
    sessions, late = feeds.class_sessions(user, school.id, pupils, on)
    targets, plans = feeds.quiet_targets(pupils, on), feeds.plans_to_review(pupils, on)
    messages = feeds.messages_of(user)
    counts.tell(request, unread=messages.unread)
    asked, advice = asked_of(user, on), feeds.advice_asked(user)
    context = {
        "on": on,
        "greeting": today.greeting(now, user.get_short_name()),
        "eyebrow": today.place_in_term(on, calendar_for(school.id)),
        "lead": _class_lead(len(late), sum(plan.review_on <= on for plan in plans), len(advice), len(sessions)),
        "sessions": sessions,
        "not_logged": late,
        "targets": targets,
        "more_targets": targets[0].total - len(targets) if targets else 0,
        "plans": plans,
        "more_plans": plans[0].total - len(plans) if plans else 0,
        "asked": asked,
        "advice": advice,
        "messages_found": messages,
        "has_class": bool(user.access.class_ids),
    }
    return render(request, "pages/home/class.html", context)


def _class_lead(late: int, plans: int, advice: int, sessions: int) -> str:
    parts = []
    if late:
        parts.append(f"{ui.plural_words(late, 'session')} to log")
    if plans:
        parts.append(f"{ui.plural_words(plans, 'plan')} to review")
    if advice:
        parts.append(f"advice to write for {ui.plural_words(advice, 'review')}")
    if parts:
        return f"You have {today.joined(parts)}."
    return f"Nothing waits for you. Your class has {ui.plural_words(sessions, 'session')} today."


# --- Above and beside the school --------------------------------------------------------------------------


def _federation(request: HttpRequest) -> HttpResponse:
    """A row a school, worst first; `?show=school` is the short form of the school in view. 7 queries at most for any number."""
    if request.GET.get("show") == "school":
        return _short(request)
    user, now = request.user, clock.now()
    places = [place for place in user.access.places if Role.FEDERATION_LEAD in user.access.roles_in(place.id)]
    rows, counted_at = federation_feed.rows_and_time(places, now)
    messages = feeds.messages_of(user)
    counts.tell(request, unread=messages.unread)
    late, overdue = sum(bool(row.overdue) for row in rows), sum(row.overdue for row in rows)
    happened, logged = sum(row.happened for row in rows), sum(row.logged for row in rows)
    context = {
        "greeting": today.greeting(now, user.get_short_name()),
        "on": now.date(),
        "page": Paginator(rows, federation_feed.ROWS_A_PAGE).get_page(request.GET.get("page")),
        "lead": _federation_lead(late, overdue),
        "figures": [
            {"value": len(rows), "label": "School" if len(rows) == 1 else "Schools", "meta": "In your federation"},
            {"value": f"{sum(row.ehc for row in rows):,}", "label": "Pupils with an EHC plan"},
            {"value": f"{sum(row.support for row in rows):,}", "label": "Pupils with SEN support"},
            {
                "value": f"{ui.share(happened, logged)}%" if logged else "None yet",
                "label": "Of logged sessions happened",
                "meta": "In the last 4 weeks",
            },
        ],
        "counted_at": None if counted_at == now else counted_at,
        "messages_found": messages,
    }
    return render(request, "pages/home/federation.html", context)


def _federation_lead(late: int, overdue: int) -> str:
    if not overdue:
        return "Every school is on time with its legal dates."
    dates = "legal date has" if overdue == 1 else "legal dates have"
    return f"{today.counted(overdue, dates, dates).capitalize()} passed, in {today.counted(late, 'school')}."


def _set_up(request: HttpRequest) -> HttpResponse:
    """For the system administrator: what is missing before a school can work. No pupil. 5 queries."""
    user = request.user
    places = [place for place in user.access.places if Role.SYSTEM_ADMIN in user.access.roles_in(place.id)]
    missing = federation_feed.missing_in_setup(places, clock.today())
    context = {
        "greeting": today.greeting(clock.now(), user.get_short_name()),
        "page": Paginator(missing, federation_feed.ROWS_A_PAGE).get_page(request.GET.get("page")),
        "schools": len(places),
        "lead": f"{ui.plural_words(len(missing), 'school')} to set up."
        if missing
        else f"{ui.plural_words(len(places), 'school')}, all set up for this year.",
    }
    return render(request, "pages/home/set_up.html", context)


HOMES: dict[Role, Callable[[HttpRequest], HttpResponse]] = {
    Role.SENDCO: _sendco,
    Role.HEAD: _short,
    Role.FEDERATION_LEAD: _federation,
    Role.SAFEGUARDING: _safeguarding,
    Role.ADMIN: _admin,
    Role.TEACHER: _teacher,
    Role.SUPPORT: _my_day,
    Role.GOVERNOR: _reports,
    Role.SYSTEM_ADMIN: _set_up,
}

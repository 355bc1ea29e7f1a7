"""The logger, and the list of sessions in which a SENDCo sees what did not happen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html_join
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from provision.actions import lines_on, log_session, miss_session, undo_log
from provision.enums import MissedReason, SessionState
from provision.forms.groups import adults_of
from provision.forms.sessions import QUICK_NOTES, EmptyForm, FilterForm, LogForm, MissedForm, RemindForm
from provision.models import Session, SessionEntry
from provision.permissions import check_can_log
from provision.reminders import KIND, subject_of, words
from sendco.accounts.guards import find, need
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.core import clock, params, ui
from sendco.core.dates import DAYS_A_WEEK
from sendco.core.exceptions import Conflict, Refused
from sendco.core.http import next_url, saved
from sendco.notifications.actions import notify

PAGE_ROWS = 50
DAYS_SHOWN = 28


def get_session(request: HttpRequest, pk: int) -> Session:
    """A session this person may log: 404 unseen, 403 when it is somebody else's."""
    session = find(request, Session.objects.visible_to(request.user).for_list(), pk=pk)
    check_can_log(request.user, session)
    return session


@require_http_methods(["GET", "POST"])
def session_log(request: HttpRequest, pk: int) -> HttpResponse:
    """The logger. 422 with the rows to rate, 409 with both versions when somebody was faster. At most 9 queries."""
    session = get_session(request, pk)
    lines = list(lines_on(session))
    entries = {entry.line_id: entry for entry in SessionEntry.objects.filter(session=session)}
    form = LogForm(request.POST if request.method == "POST" else None, session=session, lines=lines, entries=entries)
    context = _logger(request, session, form)
    status = 200
    if request.method == "POST":
        everyone = request.POST.get("everyone", "")
        if everyone:
            return render(request, "provision/session_log.html", context | {"rows": form.rows(everyone), "quiet": True})
        status = 422
        if form.is_valid():
            try:
                return _log(request, session, form)
            except Conflict as conflict:
                context["conflict"] = _compare(form, conflict.current)
                status = 409
            except Refused as refusal:
                form.add_error(None, refusal.message)
        context["rows"] = form.rows()
    return render(request, "provision/session_log.html", context, status=status)


def _logger(request: HttpRequest, session: Session, form: LogForm) -> dict[str, Any]:
    rows = form.rows()
    here = [row for row in rows if not row["away"]]
    left = sum(row["value"] is None for row in here)
    on = clock.today()
    return {
        "session": session,
        "form": form,
        "rows": rows,
        "here": len(here),
        "left": left,
        "quick": [{"value": value, "label": label, "on": value in form.chosen_notes} for value, label in QUICK_NOTES],
        "back": next_url(request, reverse("provision:my-day")),
        "today": on,
        "is_ahead": session.on > on,
        "is_today": session.on == on,
        "is_logged": session.state != SessionState.PLANNED,
    }


def _log(request: HttpRequest, session: Session, form: LogForm) -> HttpResponse:
    was_logged = session.state != SessionState.PLANNED
    cleaned = form.cleaned_data
    log_session(
        session=session, version=cleaned["version"], entries=form.entries(), note=form.note(), by=request.user,
        at=clock.now(), minutes=cleaned["minutes"], starts_at=cleaned["starts_at"],
    )  # fmt: skip
    words = "Session saved" if session.state == SessionState.DELIVERED else "Saved as not happened: everyone was away"
    # A correction is not undone to "not logged": that would lose what was there before.
    return saved(
        request, f"{words}. {session.group.name}", next_url(request, reverse("provision:my-day")),
        undo_url=None if was_logged else undo_url(request, session),
    )  # fmt: skip


def undo_url(request: HttpRequest, session: Session) -> str:
    """Takes back this save only: a later one by somebody else has another version and is refused."""
    query = {"version": session.version, "next": next_url(request, reverse("provision:my-day"))}
    return f"{reverse('provision:session-undo', args=[session.pk])}?{urlencode(query)}"


def _compare(form: LogForm, theirs: Session) -> dict[str, Any]:
    """Both versions, pupil by pupil, and the typed values to send again. One query."""
    saved_entries = {entry.line_id: entry for entry in SessionEntry.objects.filter(session=theirs)}
    fields = []
    for line_pk, away, rating in form.entries():
        entry = saved_entries.get(line_pk)
        other = "Not logged" if entry is None else ui.rating_word(None if entry.was_away else entry.rating)
        mine = ui.rating_word(None if away else rating)
        label = form.fields[f"rating-{line_pk}"].label
        fields.append({"label": label, "mine": mine, "theirs": other, "differs": mine != other})
    note = form.note()
    if note or theirs.note:
        fields.append({"label": "Note", "mine": note, "theirs": theirs.note, "differs": note != theirs.note})
    if theirs.state == SessionState.MISSED:
        happened = f"Did not happen: {theirs.get_reason_display()}"
        fields.insert(0, {"label": "Session", "mine": "Happened", "theirs": happened, "differs": True})
    hidden = [(name, value) for name, values in form.data.lists() for value in values if _is_kept(name)]
    return {
        "who": theirs.changed_by_name or "Somebody",
        "when": theirs.updated_at,
        "fields": fields,
        "hidden_inputs": format_html_join(
            "\n", '<input type="hidden" name="{}" value="{}">', [*hidden, ("version", theirs.version)]
        ),
    }


def _is_kept(name: str) -> bool:
    return name.startswith(("rating-", "away-")) or name in {"quick", "text", "minutes", "starts_at", "next"}


@require_http_methods(["GET", "POST"])
def session_missed(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a session did not happen, and why."""
    session = get_session(request, pk)
    form = MissedForm(request.POST if request.method == "POST" else None, session=session)
    back = next_url(request, reverse("provision:my-day"))
    lead = f"{session.group.name}, {ui.weekday(session.on)}, {ui.clock_time(session.starts_at)}"
    context = {"session": session, "form": form, "back": back, "lead": lead}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            was_logged = session.state != SessionState.PLANNED
            cleaned = form.cleaned_data
            try:
                miss_session(session=session, by=request.user, at=clock.now(), **cleaned)
                undo = None if was_logged else undo_url(request, session)
                return saved(request, f"Saved as not happened. {session.group.name}", back, undo_url=undo)
            except Conflict as conflict:
                form.data = form.data.copy()
                form.data["version"] = str(conflict.current.version)
                context["theirs"] = conflict.current
                status = 409
    return render(request, "provision/session_missed.html", context, status=status)


@require_POST
def session_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to not logged. ?version= names the save to take back."""
    session = get_session(request, pk)
    form = EmptyForm(request.POST)
    if form.is_valid():
        undo_log(session=session, by=request.user, version=params.number(request.GET.get("version")))
    return saved(request, f"Not logged again. {session.group.name}", next_url(request, reverse("provision:my-day")))


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Sessions of the school, by state, week and adult. At most 11 queries for any number of rows."""
    place, on = need(request, Permission.SESSION_VIEW_ALL), clock.today()
    adults = list(adults_of(place.id, on).values_list("pk", "name"))
    filters = FilterForm(request.GET, adults=adults)
    wanted = filters.wanted()
    starts, ends = _span(wanted, on)
    reach = Session.objects.visible_to(request.user).filter(school_id=place.id)
    period = _by_adult(reach.filter(on__range=(starts, ends)), wanted)
    rows = _by_state(period, wanted, on)
    waiting = _waiting(reach, on)
    context = {
        "filters": filters,
        "page": Paginator(rows.for_list().order_by("-on", "starts_at", "pk"), PAGE_ROWS).get_page(
            request.GET.get("page")
        ),
        "figures": _figures(period, waiting, on),
        "waiting": waiting,
        "pills": _pills(request, filters, wanted),
        "starts": starts,
        "ends": ends,
        "week": wanted.get("week") and starts,
        "before": starts - timedelta(days=DAYS_A_WEEK) if "week" in wanted else on - timedelta(days=on.weekday()),
        "after": starts + timedelta(days=DAYS_A_WEEK),
        "state": wanted.get("state", ""),
        "tabs": _tabs(request, wanted),
        "can_log_any": request.user.access.can(Permission.SESSION_LOG_ANY, place.id),
        "can_remind": request.user.access.can(Permission.PROVISION_EDIT, place.id),
        "keep": request.get_full_path(),
        "kept": _kept(wanted),
        "clear_url": f"?state={wanted['state']}" if "state" in wanted else reverse("provision:sessions"),
        "today": on,
        "lead": _lead(waiting),
    }
    return render(request, "provision/sessions.html", context)


def _lead(waiting: list[dict[str, Any]]) -> str:
    count = sum(row["count"] for row in waiting)
    if not count:
        return "All sessions are logged."
    people = sum(row["id"] is not None for row in waiting)
    return f"{ui.plural_words(count, 'session')} not logged, by {ui.plural_words(people, 'person', 'people')}."


def _kept(wanted: dict[str, Any]) -> str:
    """State and adult as a tail of a URL, for the links to other weeks."""
    pairs = {name: wanted[name] for name in ("state", "deliverer", "reason") if name in wanted}
    return f"&{urlencode(pairs)}" if pairs else ""


def _span(wanted: dict[str, Any], on: date) -> tuple[date, date]:
    """The week asked for, or the four weeks until today."""
    if week := wanted.get("week"):
        monday = week - timedelta(days=week.weekday())
        return monday, monday + timedelta(days=DAYS_A_WEEK - 1)
    return on - timedelta(days=DAYS_SHOWN), on


def _by_adult(rows: Any, wanted: dict[str, Any]) -> Any:
    if "deliverer" not in wanted:
        return rows
    return rows.filter(deliverer_id=wanted["deliverer"] or None)


def _by_state(rows: Any, wanted: dict[str, Any], on: date) -> Any:
    state = wanted.get("state")
    if state == "not_logged":
        rows = rows.filter(state=SessionState.PLANNED, on__lt=on)
    elif state:
        rows = rows.filter(state=state)
    return rows.filter(reason=wanted["reason"]) if "reason" in wanted else rows


def _waiting(reach: Any, on: date) -> list[dict[str, Any]]:
    """Adults with sessions not logged, most first: [{"id", "name", "count"}]. One query."""
    rows = (
        reach.not_logged(on)
        .order_by()
        .values("deliverer_id", "deliverer__name")
        .annotate(count=Count("pk"))
        .order_by("-count", "deliverer__name")
    )
    return [{"id": row["deliverer_id"], "name": row["deliverer__name"], "count": row["count"]} for row in rows]


def _figures(period: Any, waiting: list[dict[str, Any]], on: date) -> list[dict[str, Any]]:
    """Key figures of the period until today. Two queries."""
    past = period.filter(on__lte=on)
    counts = past.counts()
    missed = period.filter(state=SessionState.MISSED).order_by().values_list("reason").annotate(n=Count("pk"))
    worst = max(missed, key=lambda row: row[1], default=None)
    due = counts["delivered"] + counts["missed"]
    share = ui.share(counts["delivered"], due)
    not_logged = sum(row["count"] for row in waiting)
    return [
        {
            "value": f"{share}%" if due else "None yet", "label": "of logged sessions happened",
            "meta": f"{counts['delivered']} of {due}",
        },
        {
            "value": counts["missed"], "label": "did not happen", "url": "?state=missed",
            "meta": f"Most often: {MissedReason(worst[0]).label.lower()}, {worst[1]}" if worst else "None missed",
        },
        {
            "value": not_logged, "label": "not logged", "url": "?state=not_logged",
            "meta": "In the last 4 weeks, before today", "status": "warn" if not_logged else "ok",
        },
    ]  # fmt: skip


def _tabs(request: HttpRequest, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    state, tabs = wanted.get("state", ""), []
    for value, text in (
        ("", "All"),
        ("not_logged", "Not logged"),
        ("missed", "Did not happen"),
        ("delivered", "Happened"),
    ):
        query = request.GET.copy()
        for name in ("state", "page", "reason"):
            query.pop(name, None)
        if value:
            query["state"] = value
        tabs.append({"text": text, "url": f"?{query.urlencode()}", "current": value == state})
    return tabs


def _pills(request: HttpRequest, filters: FilterForm, wanted: dict[str, Any]) -> list[dict[str, str]]:
    pills = []
    for name in ("deliverer", "reason", "week"):
        if name not in wanted:
            continue
        query = request.GET.copy()
        query.pop(name)
        query.pop("page", None)
        if name == "week":
            text = f"Week of {ui.day(_span(wanted, wanted['week'])[0])}"
        else:
            labels = {str(key): label for key, label in filters.fields[name].choices}
            text = labels[str(wanted[name])]
        pills.append({"text": text, "url": f"?{query.urlencode()}"})
    return pills


@require_POST
def sessions_remind(request: HttpRequest) -> HttpResponse:
    """Tell one adult, or all, that sessions are not logged. Once a person a day, however often it is pressed."""
    place, on = need(request, Permission.PROVISION_EDIT), clock.today()
    form = RemindForm(request.POST)
    only = form.cleaned_data["deliverer"] if form.is_valid() else None
    reach = Session.objects.visible_to(request.user).filter(school_id=place.id)
    waiting = [row for row in _waiting(reach, on) if row["id"] and only in (None, row["id"])]
    people = User.objects.in_bulk([row["id"] for row in waiting])
    told = 0
    for row in waiting:
        _, is_new = notify(
            recipient=people[row["id"]], kind=KIND, subject_key=subject_of(place.id), due_on=on,
            text=words(row["count"]), path=reverse("provision:my-day"), school_id=place.id,
        )  # fmt: skip
        told += is_new
    back = next_url(request, f"{reverse('provision:sessions')}?state=not_logged")
    if not waiting:
        return saved(request, "All sessions are logged, so there is nobody to remind", back)
    if only and told:
        return saved(request, f"Reminder sent to {waiting[0]['name']}", back)
    if not told:
        return saved(request, "They were reminded today already", back)
    return saved(request, f"Reminder sent to {ui.plural_words(told, 'person', 'people')}", back)

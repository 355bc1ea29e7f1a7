"""The calendar entry of a review meeting (RFC 5545, RFC 5546). Pure; holds initials, never a name of a child."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


@dataclass(frozen=True)
class MeetingEntry:
    """One meeting as one person's calendar shows it. starts: aware. uid stays for ever; sequence grows with each change."""

    uid: str
    sequence: int
    starts: datetime
    minutes: int
    summary: str
    place: str
    description: str
    organiser: str
    attendee: str = ""


def calendar_text(entry: MeetingEntry, *, method: str, stamp: datetime) -> str:
    """The file's text. Times are in UTC, so that no calendar has to know our time zone."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", entry.starts.astimezone(UTC))
    event.add("dtend", (entry.starts + timedelta(minutes=entry.minutes)).astimezone(UTC))
    event.add("summary", entry.summary)
    event.add("location", entry.place)
    event.add("description", entry.description)
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("class", "PRIVATE")
    event["organizer"] = vCalAddress(f"mailto:{entry.organiser}")
    if entry.attendee:
        attendee = vCalAddress(f"mailto:{entry.attendee}")
        attendee.params["partstat"] = vText("NEEDS-ACTION")
        attendee.params["rsvp"] = vText("TRUE")
        event["attendee"] = attendee
    calendar = Calendar()
    calendar.add("prodid", "-//SENDCo//Reviews//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return calendar.to_ical().decode()

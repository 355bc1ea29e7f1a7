"""The rest of the record: one-page profile, strategies, adjustments, notes and scores."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from pupils.models import Adjustment, Instrument, Note, Profile, Pupil, Score, Strategy
from pupils.permissions import allow
from pupils.sight import may_change_note
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.core.dates import long_date
from sendco.core.exceptions import Conflict, NotAllowed, Refused
from sendco.core.models import Versioned

from ._trail import described, note_change, values_of

PROFILE_FIELDS = ("liked_about_me", "important_to_me", "how_to_help_me", "written_with")
NO_PROFILE = 0


def _name(by: User | None) -> str:
    return by.get_full_name() if by is not None else ""


def _change(
    row: Versioned, *, version: int, by: User | None, kind: str, plain: frozenset[str], fields: dict[str, Any]
) -> None:
    before = values_of(row, list(fields))
    for name, value in fields.items():
        setattr(row, name, value)
    after = values_of(row, list(fields))
    if before == after and row.version == version:
        return
    row.save_over(expected=version, by=by, fields=fields)
    note_change(kind, pupil=row.pupil, by=by, target=row, details=described(before, after, plain=plain))


def _end(row: Versioned, *, on: date, by: User | None, kind: str) -> None:
    if row.ends is not None:
        raise Refused(f"This ended on {long_date(row.ends)} already.")
    if on < row.starts:
        raise Refused(f"This began on {long_date(row.starts)}. Choose that day or a later one.")
    row.ends = on
    row.save_over(expected=row.version, by=by, fields=["ends"])
    note_change(kind, pupil=row.pupil, by=by, target=row, details={"on": on.isoformat()})


# --- One-page profile -------------------------------------------------------------------------------


@transaction.atomic
def write_profile(*, pupil: Pupil, on: date, by: User | None, version: int | None = None, **fields: Any) -> Profile:
    """Keep a new version of the one-page profile; the versions before it stay.

    fields: liked_about_me, important_to_me, how_to_help_me (one point a line), written_with. version: that of the profile as
    read, 0 when there was none, None when nothing was read. Raises NotAllowed, Refused when it is empty, Conflict.
    Writes `profile.written`.
    """
    allow(by, pupil.school_id, Permission.STRATEGY_EDIT)
    if not any(str(fields.get(name, "")).strip() for name in PROFILE_FIELDS[:3]):
        raise Refused("Write at least one point, in the child's own words.")
    Pupil.objects.select_for_update().get(pk=pupil.pk)
    current = Profile.objects.filter(pupil=pupil, is_current=True).first()
    stands_at = current.version if current else NO_PROFILE
    if version is not None and version != stands_at:
        who = (current and current.changed_by_name) or "Somebody"
        raise Conflict(
            f"{who} changed this while you were writing. Compare the two versions.",
            current=current,
            field_names=PROFILE_FIELDS,
        )
    Profile.objects.filter(pupil=pupil, is_current=True).update(is_current=False)
    profile = Profile.objects.create(
        pupil=pupil, written_on=on, version=stands_at + 1, changed_by_name=_name(by), **fields
    )
    note_change("profile.written", pupil=pupil, by=by, target=profile, details={"version": profile.version})
    return profile


# --- Strategies and adjustments -----------------------------------------------------------------------


@transaction.atomic
def add_strategy(*, pupil: Pupil, area: str, text: str, starts: date, by: User | None) -> Strategy:
    """Something every adult who teaches the child does. Raises NotAllowed. Writes `strategy.added`."""
    allow(by, pupil.school_id, Permission.STRATEGY_EDIT)
    strategy = Strategy.objects.create(pupil=pupil, area=area, text=text, starts=starts, changed_by_name=_name(by))
    note_change("strategy.added", pupil=pupil, by=by, target=strategy, details={"area": area})
    return strategy


@transaction.atomic
def change_strategy(*, strategy: Strategy, version: int, by: User | None, **fields: Any) -> Strategy:
    """Save area, text or starts over `version`. Raises NotAllowed or Conflict. Writes `strategy.changed`."""
    allow(by, strategy.pupil.school_id, Permission.STRATEGY_EDIT)
    plain = frozenset({"area", "starts"})
    _change(strategy, version=version, by=by, kind="strategy.changed", plain=plain, fields=fields)
    return strategy


@transaction.atomic
def end_strategy(*, strategy: Strategy, on: date, by: User | None) -> Strategy:
    """The last day on which it is used. Raises NotAllowed or Refused. Writes `strategy.ended`."""
    allow(by, strategy.pupil.school_id, Permission.STRATEGY_EDIT)
    _end(strategy, on=on, by=by, kind="strategy.ended")
    return strategy


@transaction.atomic
def add_adjustment(
    *, pupil: Pupil, barrier: str, adjustment: str, starts: date, by: User | None, **extra: Any
) -> Adjustment:
    """A reasonable adjustment. extra: review_on, owner. Raises NotAllowed. Writes `adjustment.added`."""
    allow(by, pupil.school_id, Permission.STRATEGY_EDIT)
    row = Adjustment.objects.create(
        pupil=pupil, barrier=barrier, adjustment=adjustment, starts=starts, changed_by_name=_name(by), **extra
    )
    note_change("adjustment.added", pupil=pupil, by=by, target=row, details={"starts": starts.isoformat()})
    return row


@transaction.atomic
def change_adjustment(*, row: Adjustment, version: int, by: User | None, **fields: Any) -> Adjustment:
    """Save `fields` over `version`; `ends` too. Raises NotAllowed, Refused or Conflict. Writes `adjustment.changed`."""
    allow(by, row.pupil.school_id, Permission.STRATEGY_EDIT)
    ends = fields.get("ends")
    if ends is not None and ends < fields.get("starts", row.starts):
        raise Refused("The last day must be on or after the first day.")
    plain = frozenset({"starts", "review_on", "ends", "owner"})
    _change(row, version=version, by=by, kind="adjustment.changed", plain=plain, fields=fields)
    return row


# --- Notes ----------------------------------------------------------------------------------------------


@transaction.atomic
def add_note(*, pupil: Pupil, kind: str, on: date, text: str, by: User | None, is_confidential: bool = False) -> Note:
    """A dated note. Whoever writes a confidential one may read it again; others need that permission.

    Raises NotAllowed. Writes `note.added`, without the text.
    """
    allow(by, pupil.school_id, Permission.NOTE_ADD)
    note = Note.objects.create(
        pupil=pupil,
        kind=kind,
        on=on,
        text=text,
        is_confidential=is_confidential,
        written_by=by,
        changed_by_name=_name(by),
    )
    details = {"kind": note.kind, "on": on.isoformat(), "confidential": is_confidential}
    note_change("note.added", pupil=pupil, by=by, target=note, details=details)
    return note


@transaction.atomic
def change_note(*, note: Note, version: int, by: User | None, **fields: Any) -> Note:
    """Save kind, on, text or is_confidential over `version`: the writer, or who may read confidential notes.

    Raises NotAllowed or Conflict. Writes `note.changed`, without the text.
    """
    if by is not None and not may_change_note(by, note):
        raise NotAllowed("Only the person who wrote this note can change it. Write a new one instead.")
    plain = frozenset({"kind", "on", "is_confidential"})
    _change(note, version=version, by=by, kind="note.changed", plain=plain, fields=fields)
    return note


# --- Scores ---------------------------------------------------------------------------------------------


@transaction.atomic
def add_score(
    *, pupil: Pupil, instrument: Instrument, on: date, value: Decimal, by: User | None, qualifier: str = "="
) -> Score:
    """One score of one test. Values that the test cannot give are refused; doubtful ones are for `rules.score_doubts`.

    Raises NotAllowed or Refused. Writes `score.added`, without the value.
    """
    allow(by, pupil.school_id, Permission.PLAN_EDIT, Permission.PROVISION_EDIT, Permission.SESSION_LOG)
    value = Decimal(value)
    if not instrument.minimum <= value <= instrument.maximum:
        raise Refused(
            f"{instrument.name} gives {instrument.minimum.normalize():f} to {instrument.maximum.normalize():f}."
        )
    score = Score.objects.create(
        pupil=pupil, instrument=instrument, on=on, value=value, qualifier=qualifier, recorded_by=by
    )
    details = {"instrument": instrument.slug, "on": on.isoformat()}
    note_change("score.added", pupil=pupil, by=by, target=score, details=details)
    return score


@transaction.atomic
def remove_score(*, score: Score, by: User | None) -> None:
    """Take back a score just entered: one's own, or anybody's for who plans provision.

    Raises NotAllowed. Writes `score.removed`.
    """
    pupil = score.pupil
    allow(by, pupil.school_id, Permission.PLAN_EDIT, Permission.PROVISION_EDIT, Permission.SESSION_LOG)
    if (
        by is not None
        and score.recorded_by_id != by.pk
        and not by.access.can(Permission.PROVISION_EDIT, pupil.school_id)
    ):
        raise NotAllowed("A colleague entered this score. Ask them or your SENDCo to take it back.")
    note_change("score.removed", pupil=pupil, by=by, target=score, details={"on": score.on.isoformat()})
    score.delete()

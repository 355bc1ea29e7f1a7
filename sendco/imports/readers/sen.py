"""SEN provision over time and ranked needs: pure rules shared by the readers, the comparison and their tests."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from .codebook import CodeBook
from .types import NeedRecord, SenPeriod
from .values import Checker

HIGHEST_RANK = 99
WITHOUT_SEN = "N"
STRENGTH = {"E": 3, "S": 3, "K": 2, "P": 2, "Q": 2, "A": 2, "N": 1, "M": 1}
"""On one and the same day the stronger provision holds."""

_ONE_DAY = timedelta(days=1)


def close_periods(periods: Iterable[SenPeriod]) -> tuple[SenPeriod, ...]:
    """Dated periods in order, each ending the day before the next begins; a CTF has starts only.

    The last period keeps its own end. A stated end before the next start is moved up to it: there is one provision
    on every day. Of two that start on one day the stronger stays. A provision that merely goes on makes no new period.
    """
    by_start: dict[date, SenPeriod] = {}
    for period in periods:
        if period.starts is None:
            raise ValueError("only dated periods can be put in order")
        known = by_start.get(period.starts)
        if known is None or STRENGTH.get(period.code, 0) > STRENGTH.get(known.code, 0):
            by_start[period.starts] = period
    ordered: list[SenPeriod] = []
    for starts in sorted(by_start):
        period = by_start[starts]
        if ordered and ordered[-1].code == period.code:
            ordered[-1] = replace(ordered[-1], ends=period.ends)
            continue
        if ordered:
            ordered[-1] = replace(ordered[-1], ends=starts - _ONE_DAY)
        ordered.append(period)
    return tuple(ordered)


def current_period(periods: Sequence[SenPeriod] | None, on: date) -> SenPeriod | None:
    """The period in force on a day: the latest that has begun and not ended. An undated one speaks for today."""
    found = None
    for period in periods or ():
        if period.starts is None:
            return period
        if period.starts <= on and (found is None or found.starts is None or period.starts >= found.starts):
            found = period
    return found if found is None or found.ends is None or found.ends >= on else None


def current_provision(periods: Sequence[SenPeriod] | None, on: date, codebook: CodeBook) -> str | None:
    """N, K or E in force on a day; None when nothing was sent, or for a withdrawn code, which is history only."""
    period = current_period(periods, on)
    if period is None:
        return None
    code = codebook.get("sen_provision", period.code)
    return period.code if code is not None and code.is_current else None


def current_needs(needs: Sequence[NeedRecord] | None, on: date) -> tuple[NeedRecord, ...]:
    """Needs that have begun and not ended, by rank. One that ends on the day itself has ended."""
    held = [n for n in needs or () if (n.starts is None or n.starts <= on) and (n.ends is None or n.ends > on)]
    return tuple(sorted(held, key=lambda need: need.rank))


def merge_periods(
    existing: Sequence[SenPeriod], incoming: Sequence[SenPeriod] | None, *, on: date
) -> tuple[SenPeriod, ...]:
    """Our history with the file's added to it. Nothing of ours is dropped because the file does not mention it.

    Of two different provisions that start on one day the file's stands. An undated one changes the status from `on`,
    unless that is the status already; our own monitoring (M) counts as N, which is what other systems call it.
    """
    if not incoming:
        return close_periods(existing)
    dated = [period for period in incoming if period.starts is not None]
    starts = {period.starts for period in dated}
    kept = [period for period in existing if period.starts not in starts]
    same = [period for period in existing if period.starts in starts]
    merged = (
        close_periods([*kept, *(_keep_monitoring(period, same) for period in dated)])
        if dated
        else close_periods(existing)
    )
    for period in incoming:
        if period.starts is None:
            current = current_period(merged, on)
            if current is None or not _means_the_same(current.code, period.code):
                others = [own for own in merged if own.starts != on]
                merged = close_periods([*others, replace(period, starts=on)])
    return merged


def _keep_monitoring(period: SenPeriod, same: Sequence[SenPeriod]) -> SenPeriod:
    for own in same:
        if own.starts == period.starts and _means_the_same(own.code, period.code):
            return replace(period, code=own.code)
    return period


def _means_the_same(ours: str, theirs: str) -> bool:
    return ours == theirs or (ours == "M" and theirs == WITHOUT_SEN)


def read_provision(check: Checker, value: str | None, line: int) -> str | None:
    """Code of a provision; unknown ones are an error, withdrawn ones come back as they are."""
    return check.coded(value, "sen_provision", "sen_status", line, what="an SEN status")


def read_rank(check: Checker, value: str | None, line: int) -> int | None:
    """A whole number from 1 to 99."""
    text = (value or "").strip().removesuffix(".0")
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= HIGHEST_RANK:
        return int(text)
    what = f"“{text[:10]}” is not a rank" if text else "The rank is missing"
    check.error(
        line, "need_rank", "rank_invalid", f"{what}. Ranks go from 1, the primary need, to {HIGHEST_RANK}. Correct it."
    )
    return None


def check_periods(check: Checker, periods: Sequence[tuple[int, SenPeriod]]) -> tuple[SenPeriod, ...]:
    """Periods with their lines -> periods in order, with warnings for dates outside a code's time and for clashes."""
    seen: dict[date, str] = {}
    for line, period in periods:
        code = check.codebook.get("sen_provision", period.code)
        if code is not None and not code.is_current:
            _warn_withdrawn(check, line, period, code.valid_to)
        if period.starts is None:
            continue
        if seen.setdefault(period.starts, period.code) != period.code:
            check.warn(
                line,
                "sen_status",
                "sen_same_day",
                "Two different SEN statuses start on the same day; the stronger one was taken. Check the history.",
            )
        if period.ends is not None and period.ends < period.starts:
            check.error(
                line, "sen_end", "dates_reversed", "This SEN status ends before it starts. Correct one of the dates."
            )
    undated = [period for _, period in periods if period.starts is None]
    dated = [period for _, period in periods if period.starts is not None]
    if len({period.code for period in undated}) > 1:
        check.error(
            periods[0][0],
            "sen_status",
            "sen_conflict",
            "The file gives this pupil two different SEN statuses without dates. Keep the right one.",
        )
    return (*_end_withdrawn(check, close_periods(dated)), *_end_withdrawn(check, undated[:1]))


def _end_withdrawn(check: Checker, periods: Sequence[SenPeriod]) -> tuple[SenPeriod, ...]:
    """History only: a withdrawn provision that is still open ends with its code, and an undated one is dropped."""
    kept = []
    for period in periods:
        code = check.codebook.get("sen_provision", period.code)
        if code is not None and not code.is_current and period.ends is None:
            if period.starts is None:
                continue
            period = replace(period, ends=max(period.starts, code.valid_to or period.starts))
        kept.append(period)
    return tuple(kept)


def _warn_withdrawn(check: Checker, line: int, period: SenPeriod, valid_to: date | None) -> None:
    when = f"after it was withdrawn ({valid_to.day} {valid_to:%B %Y})" if valid_to else "although it is withdrawn"
    if valid_to and period.starts and period.starts <= valid_to:
        check.warn(
            line,
            "sen_status",
            "code_history_only",
            f"The old SEN status {period.code} was kept as history. It never becomes today’s status.",
        )
        return
    check.warn(
        line,
        "sen_status",
        "code_withdrawn",
        f"The old SEN status {period.code} is used {when}. It was kept as history only; check what it should be.",
    )


def check_needs(
    check: Checker, needs: Sequence[tuple[int, NeedRecord]], periods: Sequence[SenPeriod] | None
) -> tuple[NeedRecord, ...]:
    """Needs with their lines -> needs by rank and start, with the rules on ranks, dated codes and NSA applied."""
    taken: dict[int, str] = {}
    checked: list[NeedRecord] = []
    for line, given in needs:
        need = _check_need(check, line, given)
        checked.append(need)
        is_over = need.ends is not None and need.ends <= check.today
        if is_over:
            continue
        if need.rank in taken and taken[need.rank] != need.code:
            check.error(
                line,
                "need_rank",
                "rank_shared",
                f"Two current needs share rank {need.rank} ({taken[need.rank]} and {need.code}). "
                "Give each its own rank in the file.",
            )
        taken.setdefault(need.rank, need.code)
        if need.code == "NSA" and current_provision(periods, check.today, check.codebook) == "E":
            check.warn(
                line,
                "need",
                "nsa_with_plan",
                "NSA means SEN support without a specialist assessment, and this pupil has an EHC plan. "
                "Record the assessed need.",
            )
    return tuple(sorted(dict.fromkeys(checked), key=lambda need: (need.rank, need.starts or date.min)))


def _check_need(check: Checker, line: int, need: NeedRecord) -> NeedRecord:
    """The need, with an open one of a withdrawn code ended: that is history only."""
    if need.starts and need.ends and need.ends < need.starts:
        check.error(line, "need_end", "dates_reversed", "This need ends before it starts. Correct one of the dates.")
    code = check.codebook.get("sen_type", need.code)
    if code is None:
        return need
    if not code.is_current and (need.ends is None or need.ends > check.today):
        check.warn(
            line,
            "need",
            "code_withdrawn",
            f"{need.code} is a withdrawn code. It was kept as history only; record today’s need.",
        )
        last_day = code.valid_to or check.today
        return replace(need, ends=max(need.starts or last_day, last_day))
    if need.starts and code.valid_from and need.starts < code.valid_from:
        check.warn(
            line,
            "need_start",
            "code_not_yet_valid",
            f"{need.code} could be recorded from {code.valid_from.day} {code.valid_from:%B %Y} and this need starts "
            "earlier. Check the date.",
        )
    return need

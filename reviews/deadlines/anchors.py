"""What goes into the clock of a review: its anchor, and the phase transfer that a pupil faces."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sendco.core.dates import year_group_for

LAST_SECONDARY_YEAR_GROUP = 11
ADULTHOOD_YEAR_GROUP = 9
NURSERY = -1


@dataclass(frozen=True, slots=True)
class PastReview:
    """A review as far as the next anchor is concerned.

    decided: date of the local authority's letter. is_decided: it did decide, though the date may not be known.
    counts: run under section 44, unlike most early or interim reviews.
    """

    meeting: date | None
    decided: date | None = None
    is_decided: bool = False
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Anchor:
    """Day on which the 12 months start. An estimated one is the meeting, for want of the decision: earlier, so safe."""

    on: date
    is_decision: bool = False
    is_estimated: bool = False


def anchor_after(*, plan_made: date, reviews: Iterable[PastReview] = ()) -> Anchor:
    """The latest decision that counts, else the day the plan was made. A meeting without a decision moves nothing."""
    anchors = [Anchor(plan_made)]
    for review in reviews:
        if not review.counts:
            continue
        if review.decided:
            anchors.append(Anchor(review.decided, is_decision=True))
        elif review.is_decided and review.meeting:
            anchors.append(Anchor(review.meeting, is_decision=True, is_estimated=True))
    return max(anchors, key=lambda anchor: anchor.on)


def is_post_16_transfer(born: date, transfer_year: int) -> bool:
    """Whether a pupil of that age leaves Year 11 (or a later year) in the summer of `transfer_year`."""
    return year_group_for(born, transfer_year - 1) >= LAST_SECONDARY_YEAR_GROUP


def must_consider_adulthood(year_group: int) -> bool:
    """From Year 9 the review looks at provision for adulthood and independent living (regulations 20 and 21)."""
    return year_group >= ADULTHOOD_YEAR_GROUP


@dataclass(frozen=True, slots=True)
class PhaseTransfer:
    """A move between phases in the summer of `year`. `doubt` asks the SENDCo to confirm what the law leaves open."""

    year: int
    kind: str
    to_post_16: bool = False
    doubt: str = ""


_KIND_BY_LAST_YEAR = {
    2: "infant to junior",
    3: "primary to middle",
    4: "primary to middle",
    5: "primary to middle",
    6: "primary to secondary",
    7: "middle to secondary",
    8: "middle to secondary",
    9: "middle to secondary",
}


def phase_transfer_in(*, year_group: int, last_year_group: int, academic_year: int) -> PhaseTransfer | None:
    """The phase transfer that a pupil faces at the end of `academic_year` (the year in which it begins), if any.

    last_year_group: the highest that the pupil's school teaches, so that Year 2 of an infant school is a transfer and
    Year 2 of an all-through primary is none. Nursery is -1, Reception 0.
    """
    year = academic_year + 1
    if year_group == LAST_SECONDARY_YEAR_GROUP:
        stays = last_year_group > year_group
        doubt = "Confirm whether staying on in the same school is a transfer." if stays else ""
        return PhaseTransfer(year, "secondary to post-16", to_post_16=True, doubt=doubt)
    if year_group == NURSERY:
        stays = last_year_group > year_group
        doubt = "Confirm whether moving up from the school’s own nursery class is a transfer." if stays else ""
        return PhaseTransfer(year, "early years to school", doubt=doubt)
    if year_group == last_year_group and year_group in _KIND_BY_LAST_YEAR:
        return PhaseTransfer(year, _KIND_BY_LAST_YEAR[year_group])
    return None


def next_phase_transfer(*, year_group: int, last_year_group: int, academic_year: int) -> PhaseTransfer | None:
    """The first transfer that a pupil of `year_group` in `academic_year` has ahead and that is beyond doubt, if any."""
    for ahead in range(max(0, last_year_group - year_group) + 1):
        found = phase_transfer_in(
            year_group=year_group + ahead, last_year_group=last_year_group, academic_year=academic_year + ahead
        )
        if found is not None and not found.doubt:
            return found
    return None

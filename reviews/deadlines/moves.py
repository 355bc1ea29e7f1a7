"""When a plan passes to another local authority; appeals (information for parents)."""

from collections.abc import Iterable
from datetime import date

from reviews.clock_rules import RULES, RuleBook
from sendco.core.dates import long_date
from sendco.schools.calendar import SchoolCalendar

from .values import Builder, Deadline, check_not_before, end_of


def plan_passes_on(
    *, moves: date, authority_knew: date, bank_holidays: Iterable[date] | None = None, rules: RuleBook = RULES
) -> date:
    """Last day on which the plan passes to the new authority: the day of the move, or later after short warning."""
    rule = rules.pick("plan_passes", authority_knew)
    warned = end_of(rule, authority_knew, bank_holidays=bank_holidays)
    assert warned is not None
    return max(moves, warned)


def new_authority_clock(
    *, transferred: date, last_review: date, calendar: SchoolCalendar | None = None, rules: RuleBook = RULES
) -> dict[str, Deadline]:
    """What the new authority owes: letter_by, review_by. last_review: or the making of a plan never reviewed."""
    check_not_before("transfer", transferred, "the last review", last_review)
    build = Builder(rules, transferred, calendar)
    limbs = [
        build.limb("new_authority_review_12", last_review),
        build.limb("new_authority_review_3", transferred),
    ]
    return {
        "letter_by": build.single("letter_by", "Letter to the parent", "new_authority_letter", transferred),
        "review_by": build.latest("review_by", "Review by the new authority", limbs),
    }


def appeal_by(*, decision_letter: date, mediation_certificate: date | None = None, rules: RuleBook = RULES) -> Deadline:
    """Last day for a parent's appeal, the later of two limits. Information only: not the school's step."""
    check_not_before("mediation certificate", mediation_certificate, "the decision letter", decision_letter)
    build = Builder(rules, decision_letter)
    limbs = [build.limb("appeal_letter", decision_letter)]
    note = "Information for parents."
    if mediation_certificate:
        limbs.append(build.limb("appeal_mediation", mediation_certificate))
    else:
        note += f" A mediation certificate dated after {long_date(decision_letter)} may give longer."
    return build.latest("appeal_by", "Appeal to the Tribunal", limbs, note=note, has_target=False)

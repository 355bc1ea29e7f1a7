"""Which constants costs are worked out with: the school's own row, the federation's, or those of the rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from provision.models import CostConstants
from provision.rules.cost import CostSettings, pounds

DEFAULTS = CostSettings(valid_from=date(2013, 4, 1))
"""The £6,000 that a school pays first has stood since the funding reform of 2013."""
PERCENT = ("support_pension", "teacher_pension", "national_insurance")
CONSTANTS = (
    "top_up_threshold", "pupil_weeks", "paid_weeks", "full_time_hours", "teacher_hours", "support_pension",
    "teacher_pension", "national_insurance", "insurance_threshold",
)  # fmt: skip


def rows_for(school_id: int) -> QuerySet[CostConstants]:
    """Rows that may hold in a school, its own first, then the newest."""
    reach = Q(school_id=school_id) | Q(school__isnull=True, federation__schools=school_id)
    return CostConstants.objects.filter(reach).order_by(F("school_id").desc(nulls_last=True), "-valid_from", "-pk")


def constants_for(school_id: int, on: date) -> CostSettings:
    """The constants in force on a day. A school that has a row of its own by then goes by its newest. One query."""
    row = rows_for(school_id).filter(valid_from__lte=on).first()
    return DEFAULTS if row is None else settings_of(row)


def settings_of(row: CostConstants) -> CostSettings:
    values = {name: getattr(row, name) for name in CONSTANTS}
    return CostSettings(
        valid_from=row.valid_from, **values | {name: values[name] / Decimal(100) for name in PERCENT}
    )  # fmt: skip


def as_entered(settings: CostSettings) -> dict[str, Decimal]:
    """{constant: as a form shows it}: percentages as they are said."""
    values = {name: getattr(settings, name) for name in CONSTANTS}
    return values | {name: pounds(values[name] * 100) for name in PERCENT}

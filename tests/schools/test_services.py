"""The calendar built from rows, and the rate of a grade on a day."""

from datetime import date
from decimal import Decimal

import pytest

from sendco.core.exceptions import Refused
from sendco.schools.services import calendar_for, rate_for
from tests import factories

pytestmark = pytest.mark.integration


def test_calendar_for_holds_terms_closures_and_bank_holidays(school, django_assert_num_queries):
    with django_assert_num_queries(1):
        calendar = calendar_for(school.pk)
    assert [(t.name, t.academic_year) for t in calendar.terms] == [("autumn", 2026), ("spring", 2026)]
    assert [(c.label, c.kind) for c in calendar.closures] == [("October half term", "half_term")]
    assert date(2026, 12, 25) in calendar.bank_holidays
    assert [calendar.is_school_day(date(2026, 10, day)) for day in (23, 26)] == [True, False]


def test_calendar_for_is_kept_while_the_rows_are_the_same_and_never_longer(school):
    first = calendar_for(school.pk)
    assert calendar_for(school.pk) is first
    factories.ClosureFactory(school=school, kind="inset", label="Training", starts="2026-11-02", ends="2026-11-02")
    assert [c.is_school_day(date(2026, 11, 2)) for c in (first, calendar_for(school.pk))] == [True, False]


def test_calendar_for_a_school_without_terms_is_empty(two_schools):
    calendar = calendar_for(two_schools[1].pk)
    assert (calendar.terms, calendar.school_days) == ((), ())


@pytest.mark.parametrize(
    ("on", "hourly"), [(date(2025, 4, 1), "20.60"), (date(2026, 8, 31), "20.60"), (date(2026, 9, 1), "21.30")]
)
def test_rate_for_is_the_newest_not_after_the_day(school, on, hourly):
    factories.PayRateFactory(school=school, hourly="21.30", valid_from=date(2026, 9, 1))
    assert rate_for(school, "ta2", on) == Decimal(hourly)
    assert rate_for(school.pk, "ta2", on) == Decimal(hourly)


def test_rate_for_falls_back_to_the_reference_rate(school):
    assert rate_for(school, "ta2", date(2024, 1, 1)) == Decimal("20.60")
    assert rate_for(school, "hlta", date(2026, 11, 1)) == Decimal("25.67")


def test_rate_for_nobody_knows(school):
    with pytest.raises(
        Refused, match=r"no hourly rate for outside professional on 1 November 2026\. Add one in Settings"
    ):
        rate_for(school, "external", date(2026, 11, 1))

"""One query for several selects: what comes back is what each would have given."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Count, Value

from sendco.core.together import in_one_query
from sendco.schools.models import Closure, PayRate, Term
from tests import factories

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_values_come_back_as_their_fields_own(school, django_assert_num_queries):
    parts = {
        "terms": (Term.objects.filter(school=school, name="spring"), ("name", "starts", "school__urn", "school")),
        "rates": (PayRate.objects.filter(school=school), ("hourly",)),
        "none": (Closure.objects.none(), ("label",)),
        "many": (Term.objects.values(all=Value(1)).annotate(n=Count("pk")), ("n",)),
    }
    with django_assert_num_queries(1):
        found = in_one_query(parts)
    assert found == {
        "terms": [
            {"name": "spring", "starts": date(2027, 1, 4), "school__urn": school.urn, "school": school.pk},
        ],
        "rates": [{"hourly": PayRate.objects.get().hourly}],
        "none": [],
        "many": [{"n": 2}],
    }
    assert isinstance(found["rates"][0]["hourly"], Decimal)


def test_what_is_missing_stays_missing(school):
    pupil = factories.PupilFactory(school=school, left_on=None)
    rows = type(pupil).objects.filter(pk=pupil.pk)
    assert in_one_query({"left": (rows, ("pk", "left_on"))}) == {"left": [{"pk": pupil.pk, "left_on": None}]}


def test_nothing_asked_costs_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert in_one_query({}) == {}

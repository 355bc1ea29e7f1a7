"""No suppressed number, and no name, comes out: from the page, from what is stored to be shown, or from two reports."""

import json
import random
from datetime import date

import pytest
from django.urls import reverse

from pupils.models import Need, Pupil, SenPeriod
from reports.actions import priors_of
from reports.counts import window_of
from reports.figures import build
from reports.frozen import freeze
from reports.gather import gather
from reports.suppression import Label, recoverable
from sendco.accounts.permissions import Role

from .world import FORENAMES, SURNAMES, TODAY, make_world

pytestmark = pytest.mark.integration
PUPIL_UNITS = ("pupils",)


def figures_in(node, path=""):
    """(path, figure) of every figure in frozen data."""
    if isinstance(node, dict):
        if set(node) == {"v", "d", "s", "r", "u", "t"}:
            yield path, node
        else:
            for key, value in node.items():
                yield from figures_in(value, f"{path}/{key}")
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from figures_in(value, f"{path}/{place}")


def test_no_small_number_of_pupils_is_stored_to_be_shown(draft):
    small = [
        (path, figure["v"])
        for path, figure in figures_in(draft.figures)
        if figure["u"] in PUPIL_UNITS and figure["v"] is not None and 1 <= figure["v"] <= 5
    ]

    assert small == []


def test_suppressed_figure_carries_no_value(draft):
    assert [path for path, figure in figures_in(draft.figures) if figure["s"] and figure["v"] is not None] == []


def test_true_counts_are_kept_apart(draft):
    """The snapshot knows that Reception has 2; nothing that is shown does."""
    assert draft.snapshot["cells"]["Year R"]["count"] == 2
    assert "Year R" not in json.dumps(draft.figures)


@pytest.mark.usefixtures("on_day")
def test_page_names_nobody(published, sign_in, school):
    client = sign_in(Role.GOVERNOR, school)
    for name in ("governors", "list"):
        page = client.get(
            reverse(f"reports:{name}", args=[2026, "autumn"] if name == "governors" else [])
        ).content.decode()
        assert [word for word in (*FORENAMES, *SURNAMES) if word in page] == []


@pytest.mark.usefixtures("on_day")
def test_bars_of_hidden_figures_are_not_drawn(published, sign_in, school):
    """Seven year groups, two of them hidden: five bars, whose longest is 8."""
    page = sign_in(Role.GOVERNOR, school).get(reverse("reports:governors", args=[2026, "autumn"])).context["page"]
    bars = [shape for shape in page["years"].wide.shapes if shape.tag == "rect"]

    assert len(bars) == 5
    assert {round(bar.width / max(b.width for b in bars) * 8) for bar in bars} == {6, 7, 8}


@pytest.mark.usefixtures("on_day")
def test_total_of_the_hidden_leaves_both_open(published, sign_in, school):
    """44 less what is shown is 9 for Reception and Year 2 together, which fits 1 to 3 in Reception at least."""
    data = published.figures
    hidden = 44 - sum(row["figure"]["v"] or 0 for row in data["years"])

    assert hidden == 9
    assert [row["figure"]["d"] for row in data["years"] if row["figure"]["s"]] == ["5 or fewer", "not shown"]


@pytest.mark.parametrize("seed", range(4))
def test_nothing_can_be_worked_back_from_a_made_up_school(school, seed):
    """Registers of any shape: the reader's own arithmetic finds no hidden count."""
    dice = random.Random(seed)
    pupils = make_world(school, per_year=12)["register"]
    SenPeriod.objects.filter(pupil__in=[p.pk for p in dice.sample(pupils, 20)]).update(status="N")
    codes = [dice.choice(["SLCN", "ASD", "HI", "MLD"]) for _ in pupils]
    for need, code in zip(Need.objects.filter(pupil__school=school), codes, strict=True):
        Need.objects.filter(pk=need.pk).update(code=code)
    window = window_of(school, 2026, "autumn", today=TODAY)

    built = build(gather(window), priors_of(window))

    small = {n for n, c in built.safe.cells.items() if c.is_small and built.safe.labels[n] is not Label.SILENT}
    assert recoverable(built.safe.view()) == []
    assert [name for name in small if built.safe.is_plain(name)] == []
    assert [p for p, f in figures_in(freeze(built)) if f["u"] == "pupils" and f["v"] and f["v"] <= 5] == []


def test_two_reports_together_give_nothing_away(world, published):
    """One child more in Reception: neither the total nor the year group may tell who came."""
    newcomer = Pupil.objects.filter(school=world, year_group="R").exclude(pk__in=[p.pk for p in world.register]).first()
    SenPeriod.objects.create(pupil=newcomer, status="K", starts=date(2027, 1, 11))
    Need.objects.create(pupil=newcomer, code="HI", area="SP", rank=1, starts=date(2027, 1, 11))
    window = window_of(world, 2026, "spring", today=date(2027, 2, 1))

    built = build(gather(window), priors_of(window))

    assert "last:Register" in built.safe.cells
    assert recoverable(built.safe.view()) == []
    assert freeze(built)["key_figures"]["register"]["change"]["d"] in ("up by 5 or fewer", "not shown")

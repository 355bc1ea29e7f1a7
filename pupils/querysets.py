"""Reach: which pupils a person may see. The one place; every child of a pupil reaches through it.

And shapes for screens.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery, Value

from pupils import register
from pupils.enums import PlanState, SenStatus
from sendco.accounts.permissions import Permission
from sendco.core import clock

if TYPE_CHECKING:
    from sendco.accounts.models import User

VIEW_PUPIL = "view_pupil"


class PupilQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> PupilQuerySet:
        """Pupils this person may know of. No query of its own beyond the memberships read once a request.

        By role: the whole school, own classes, own groups and those one is key adult of. By grant: named pupils, while
        it lasts. A system administrator and a governor reach none.
        """
        access = user.access
        reach = Q(pk__in=())
        whole = access.school_ids(Permission.PUPIL_VIEW_ALL)
        if whole:
            reach |= Q(school_id__in=whole)
        if access.class_ids:
            reach |= Q(school_class_id__in=access.class_ids)
        near = [pk for pk in access.school_ids(Permission.PUPIL_VIEW_GROUP) if pk not in whole]
        if near:
            reach |= Q(school_id__in=near) & (Q(key_adult=user) | Q(pk__in=supported_by(user)))
        reach |= Q(pk__in=granted_to(user))
        return self.filter(reach)

    def visible_in(self, user: User, school_id: int) -> PupilQuerySet:
        """Pupils of one school this person may know of: `visible_to`, said shorter where the role opens the whole school."""
        own = self.filter(school_id=school_id)
        return own if user.access.can(Permission.PUPIL_VIEW_ALL, school_id) else own.visible_to(user)

    def near_to(self, user: User) -> PupilQuerySet:
        """Pupils a person works with: own classes, own groups, key adult, grants. Whole-school reach does not count."""
        reach = Q(key_adult=user) | Q(pk__in=supported_by(user)) | Q(pk__in=granted_to(user))
        if user.access.class_ids:
            reach |= Q(school_class_id__in=user.access.class_ids)
        return self.visible_to(user).filter(reach)

    def on_roll(self, on: date) -> PupilQuerySet:
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gt=on))

    def with_needs(self) -> PupilQuerySet:
        """`current_needs` on each pupil, by rank. One query for any number of rows."""
        from pupils.models import Need

        needs = Need.objects.filter(ends__isnull=True).only("pupil_id", "code", "area", "rank", "local_label")
        return self.prefetch_related(Prefetch("needs", needs.order_by("rank"), to_attr="current_needs"))

    def with_plan_review(self) -> PupilQuerySet:
        """`plan_review_on`: when the active plan is to be reviewed, else None. No query of its own."""
        from pupils.models import Plan

        plan = Plan.objects.filter(pupil=OuterRef("pk"), state=PlanState.ACTIVE).order_by()
        return self.annotate(plan_review_on=Subquery(plan.values("review_on")[:1]))

    def for_register(self, chosen: register.Filter, conditions: Conditions) -> PupilQuerySet:
        """Rows of the register in order, with class, needs and the day of the plan review.

        2 queries for any number of rows.
        """
        rows = self.on_roll(conditions.on).filter(conditions.whole(chosen), school_id=conditions.school_id)
        return in_order(rows.with_plan_review(), chosen.sort).select_related("school_class").with_needs()

    def for_rows(self) -> PupilQuerySet:
        """`for_register` with only the columns that its rows on screen show: a pupil has many more."""
        from pupils.models.pupil import NAME_FIELDS

        return self.only(*NAME_FIELDS, "sen_status", "school_class__name")

    def for_sheet(self, on: date) -> PupilQuerySet:
        """What an export or a printed register adds to `for_register`: key adult, tags and `periods_now`.

        2 queries more.
        """
        from pupils.models import SenPeriod

        periods = SenPeriod.objects.filter(in_force(on))
        return self.select_related("school_class", "key_adult").prefetch_related(
            "tags", Prefetch("sen_periods", periods, to_attr="periods_now")
        )

    def out_of_step(self, on: date) -> PupilQuerySet:
        """Pupils on the roll whose `sen_status` is not that of the period in force on a day, as `status_now`.

        `status_now` is None where the last period ended and none followed. One query.
        """
        from pupils.models import SenPeriod

        periods = SenPeriod.objects.filter(pupil=OuterRef("pk"))
        now = periods.filter(in_force(on)).order_by("-starts").values("status")[:1]
        ended = Q(status_now__isnull=True) & ~Q(sen_status=SenStatus.NONE) & Exists(periods.filter(ends__lt=on))
        changed = Q(status_now__isnull=False) & ~Q(sen_status=models.F("status_now"))
        return self.on_roll(on).annotate(status_now=Subquery(now)).filter(ended | changed)

    def for_profiles(self, on: date) -> PupilQuerySet:
        """One-page profiles: class, needs, the current profile and strategies. 4 queries for any number of rows."""
        from pupils.models import Profile, Strategy

        profiles = Profile.objects.filter(is_current=True)
        strategies = Strategy.objects.filter(Q(ends__isnull=True) | Q(ends__gte=on))
        return (
            self.select_related("school_class", "school")
            .with_needs()
            .prefetch_related(
                Prefetch("profiles", profiles, to_attr="current_profiles"),
                Prefetch("strategies", strategies, to_attr="current_strategies"),
            )
        )

    def for_my_pupils(self, on: date) -> PupilQuerySet:
        """`for_profiles` and, on each pupil, `open_targets` of the active plan. 5 queries for any number of rows.

        The targets hang on `active_plans[0].open_targets`; the view reads them only where the person may see plans.
        """
        from pupils.models import Plan, Target

        targets = Target.objects.filter(state="open").order_by("order", "pk")
        plans = Plan.objects.filter(state=PlanState.ACTIVE).prefetch_related(
            Prefetch("targets", targets, to_attr="open_targets")
        )
        return self.for_profiles(on).prefetch_related(Prefetch("plans", plans, to_attr="active_plans"))

    def counted(self, filters: Mapping[str, register.Filter], conditions: Conditions) -> dict[str, int]:
        """{name: how many of these pupils the filter finds}. One query for any number of filters.

        It counts by status, so a filter that asks for nothing else costs nothing more.
        """
        questions, asked = {}, {}
        for name, chosen in filters.items():
            rest = conditions.beyond_status(chosen)
            asked[name] = f"found_{len(questions)}" if rest else "of_all"
            if rest:
                questions[asked[name]] = Count("pk", filter=rest)
        rows = list(self.order_by().values("sen_status").annotate(of_all=Count("pk"), **questions))
        return {
            name: sum(row[asked[name]] for row in rows if row["sen_status"] in chosen.statuses)
            for name, chosen in filters.items()
        }


def in_force(on: date, path: str = "") -> Q:
    """Periods of support that hold on a day: begun, and not ended before it. path: leads to the period, as `sen_periods__`."""
    return Q(**{f"{path}starts__lte": on}) & (Q(**{f"{path}ends__isnull": True}) | Q(**{f"{path}ends__gte": on}))


def within_reach(children: models.QuerySet, user: User) -> models.QuerySet:
    """Rows that belong to a pupil this person may see, with the pupil. For models with a `pupil`."""
    from pupils.models import Pupil

    return children.filter(pupil__in=Pupil.objects.visible_to(user)).select_related("pupil")


# --- The register ----------------------------------------------------------------------------------------


def words_q(words: str) -> Q:
    """Pupils of whom every word begins a part of the name, or whose UPN it is. Accents and capitals do not matter."""
    from pupils.models.pupil import fold_name

    folded = fold_name(words).split()
    question = Q()
    for word in folded:
        question &= Q(search_name__startswith=word) | Q(search_name__contains=f" {word}")
    if not folded:
        return Q(pk__in=()) if words else Q()
    return question | Q(upn=words.replace(" ", "").upper())


def _has_need(**lookup: object) -> Exists:
    from pupils.models import Need

    return Exists(Need.objects.filter(pupil=OuterRef("pk"), ends__isnull=True, **lookup))


def _plan_q(value: str, on: date) -> Q:
    from pupils.models import Plan

    active = Plan.objects.filter(pupil=OuterRef("pk"), state=PlanState.ACTIVE)
    if value == "none":
        return Q(~Exists(active))
    if value == "overdue":
        return Q(Exists(active.filter(review_on__lt=on)))
    return Q(Exists(active.filter(review_on__gte=on, review_on__lte=on + timedelta(days=register.PLAN_DUE_DAYS))))


def _not_told(on: date) -> Q:
    """SEN support stands and nobody has recorded that parents were told (Children and Families Act 2014, s.68)."""
    from pupils.models import SenPeriod

    periods = SenPeriod.objects.filter(in_force(on), pupil=OuterRef("pk"), parents_told_on__isnull=True)
    return Q(Exists(periods.filter(status=SenStatus.SUPPORT)))


class Conditions:
    """Filters as conditions on Pupil, for one page: a school and a day. What apps above answer is asked once for each value."""

    def __init__(self, *, school_id: int, on: date) -> None:
        self.school_id, self.on = school_id, on
        self._ids: dict[tuple[str, str], Any] = {}

    def whole(self, chosen: register.Filter) -> Q:
        """The filter as one condition, without joins."""
        return Q(sen_status__in=chosen.statuses) & self.beyond_status(chosen)

    def beyond_status(self, chosen: register.Filter) -> Q:
        """What the filter asks for but the status, so that it can stand inside a count. Empty for nothing."""
        from pupils.models import Pupil

        values = chosen.chosen
        question, needs = Q(), Q()
        if "area" in values:
            needs |= Q(_has_need(area__in=values["area"]))
        if "need" in values:
            needs |= Q(_has_need(code__in=values["need"]))
        question &= needs
        for key, column in (("year", "year_group"), ("class", "school_class_id"), ("adult", "key_adult_id")):
            if key in values:
                question &= Q(**{f"{column}__in": values[key]})
        if "tag" in values:
            link = Pupil.tags.through
            question &= Q(Exists(link.objects.filter(pupil=OuterRef("pk"), tag__in=values["tag"])))
        plans = Q()
        for value in values.get("plan", ()):
            plans |= _plan_q(value, self.on)
        question &= plans
        if "told" in values:
            question &= _not_told(self.on)
        for source in register.filter_sources():
            ids = Q()
            for value in values.get(source.key, ()):
                ids |= Q(pk__in=self._ids_of(source, value))
            question &= ids
        return question & words_q(chosen.words)

    def _ids_of(self, source: register.FilterSource, value: str) -> Any:
        key = (source.key, value)
        if key not in self._ids:
            self._ids[key] = source.ids(self.school_id, value, self.on)
        return self._ids[key]


def in_order(rows: PupilQuerySet, sort: str) -> PupilQuerySet:
    """By name, support (EHC plans first), year or plan review; a minus turns round the first key only."""
    down, key = sort.startswith("-"), sort.lstrip("-")
    by_name = ["surname", "forename", "pk"]
    if key == "name":
        return rows.order_by(*(f"-{name}" if down else name for name in by_name))
    if key == "next":
        day = models.F("plan_review_on")
        return rows.order_by(day.desc(nulls_last=True) if down else day.asc(nulls_last=True), *by_name)
    column = {"support": "sen_status", "year": "year_order"}[key]
    return rows.order_by(f"-{column}" if down else column, *by_name)


def choices_for_register(*, user: User, school_id: int, academic_year: int, on: date) -> dict[str, list[dict]]:
    """What the filter menus and tabs offer: {kind: rows of id, label, slug, query, own}: class to view.

    One query: five small lists in one union. Views are the person's own and those shared with the school.
    """
    from pupils.models import Pupil, SavedView, Tag
    from sendco.accounts.models import User
    from sendco.schools.models import SchoolClass

    text = models.CharField()

    def part(kind: str, rows: models.QuerySet, label, *, key="pk", slug=None, query=None, own=None) -> models.QuerySet:
        return rows.order_by().values_list(
            Value(kind, output_field=text),
            models.ExpressionWrapper(models.F(key), models.BigIntegerField()),
            label,
            slug or Value("", output_field=text),
            query or Value("", output_field=text),
            own or Value(0, output_field=models.IntegerField()),
        )

    on_roll = Pupil.objects.filter(school_id=school_id).on_roll(on)
    own = models.Case(models.When(owner=user, then=Value(1)), default=Value(0), output_field=models.IntegerField())
    views = SavedView.objects.filter(Q(owner=user) | Q(is_shared=True), school_id=school_id)
    adults = User.objects.filter(pk__in=on_roll.filter(key_adult__isnull=False).values("key_adult_id"))
    rows = part(
        "class", SchoolClass.objects.filter(school_id=school_id, academic_year=academic_year), models.F("name")
    ).union(
        part("adult", adults, models.F("name")),
        part("tag", Tag.objects.filter(school_id=school_id), models.F("name")),
        part("year", on_roll.exclude(year_group=""), models.F("year_group"), key="year_order").distinct(),
        part("view", views, models.F("name"), slug=models.F("slug"), query=models.F("query"), own=own),
        all=True,
    )
    found: dict[str, list[dict]] = {"class": [], "adult": [], "tag": [], "year": [], "view": []}
    for kind, pk, label, slug, query, is_own in rows:
        found[kind].append({"id": pk, "label": label, "slug": slug, "query": query, "own": bool(is_own)})
    for kind, each in found.items():
        each.sort(key=lambda row: row["id"] if kind == "year" else row["label"].casefold())
    return found


def supported_by(user: User) -> models.QuerySet:
    """Ids of pupils in the groups a person delivers.

    `provision` registers the subquery, since it stands above this app.
    """
    return _supported(user)


def granted_to(user: User) -> models.QuerySet:
    """Ids of pupils opened to a person by a grant that holds today."""
    from pupils.models import PupilUserObjectPermission

    today = clock.today()
    return (
        PupilUserObjectPermission.objects.filter(user=user, permission__codename=VIEW_PUPIL, starts__lte=today)
        .filter(Q(ends__isnull=True) | Q(ends__gte=today))
        .values("content_object_id")
    )


def _nobody(user: User) -> models.QuerySet:
    from pupils.models import Pupil

    return Pupil.objects.none().values("pk")


_supported = _nobody


def register_support(subquery) -> None:
    """Called once, by `provision`, with a function from a user to a queryset of pupil ids."""
    global _supported
    _supported = subquery

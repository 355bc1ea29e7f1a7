"""People with accounts: for the system administrator, who sees no pupil here or anywhere."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sendco.accounts.guards import need
from sendco.accounts.models import Membership, User
from sendco.accounts.permission_table import GROUPS, NOTES, grouped, lines
from sendco.accounts.permissions import FEDERATION_ROLES, Permission, Role
from sendco.core import clock, params
from sendco.core.form_pages import data_of, form_page
from sendco.core.http import saved
from sendco.schools.models import Federation, School, academic_year_of

from . import actions
from .forms import ClassesForm, EndForm, MembershipForm, PersonEditForm, PersonForm

PER_PAGE = 50


def _federation_people(federation_id: int):
    """People with a role, past or present, in the federation."""
    return User.objects.filter(Q(memberships__federation_id=federation_id)).distinct()


def _find(request: HttpRequest, pk: int) -> tuple[User, int]:
    place = need(request, Permission.ACCOUNT_MANAGE)
    person = _federation_people(place.federation_id).filter(pk=pk).first() or _added_here(pk, place.federation_id)
    if person is None:
        raise Http404("There is no such person in your federation.")
    return person, place.federation_id


def _added_here(pk: int, federation_id: int) -> User | None:
    """Somebody added by this federation who holds no role yet."""
    from sendco.audit.models import AuditEvent

    added = AuditEvent.objects.filter(kind="person.added", target_id=pk, details__federation=federation_id).exists()
    return User.objects.filter(pk=pk, memberships__isnull=True).first() if added else None


def people(request: HttpRequest) -> HttpResponse:
    """Everybody with a role in the federation, by name; 50 a page. Four queries."""
    place = need(request, Permission.ACCOUNT_MANAGE)
    today = clock.today()
    found = _federation_people(place.federation_id).order_by("name")
    words = params.words(request.GET.get("q"), most=80)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(email__icontains=words))
    current = Membership.objects.current(today).filter(federation_id=place.federation_id).select_related("school")
    page = Paginator(found.prefetch_related(Prefetch("memberships", current, to_attr="roles_now")), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "accounts/people.html", {"page": page, "q": words, "federation": place.federation})


@require_safe
def permissions(request: HttpRequest) -> HttpResponse:
    """Who may do what, for everybody: all roles side by side, or `?role=` one of them in two lists. No query of its own."""
    role = next((each for each in Role if each == request.GET.get("role")), None)
    school_id = request.school.id if request.school else None
    own = request.user.access.roles_in(school_id)
    context = {
        "role": role,
        "roles": Role.choices,
        "heads": [(each.label, each in own) for each in Role],
        "groups": grouped(),
        "notes": NOTES,
        "manages": request.user.access.can(Permission.ACCOUNT_MANAGE, school_id),
    }
    if role is not None:
        every = [line for _, held in GROUPS for line in lines(held, (role,))]
        context |= {
            "may_title": f"{role.label}: may",
            "may": [line for line in every if line.allowed[0]],
            "may_not": [line for line in every if not line.allowed[0]],
        }
    return render(request, "accounts/permissions.html", context)


def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person with their roles, past ones too."""
    found, federation_id = _find(request, pk)
    rows = list(
        found.memberships.filter(federation_id=federation_id)
        .select_related("school")
        .prefetch_related("classes")
        .order_by("-starts")
    )
    today = clock.today()
    return render(
        request,
        "accounts/person.html",
        {
            "person": found,
            "is_shared": actions.is_shared_account(found, by=request.user, federation_id=federation_id),
            "now": [row for row in rows if row.ends is None or row.ends >= today],
            "past": [row for row in rows if row.ends is not None and row.ends < today],
            "teacher": Role.TEACHER,
        },
    )


@require_http_methods(["GET", "POST"])
def person_add(request: HttpRequest) -> HttpResponse:
    place = need(request, Permission.ACCOUNT_MANAGE)
    form = PersonForm(data_of(request))
    made: list[User] = []

    def act() -> None:
        federation = Federation.objects.get(pk=place.federation_id)
        made.append(actions.add_person(federation=federation, by=request.user, **form.cleaned_data))

    response = form_page(
        request, form, act, title="Add a person", button="Add and send a link", message="Added. Now give them a role.",
        to=reverse("accounts:people"), crumbs=[("People", reverse("accounts:people"))],
    )  # fmt: skip
    if made:
        response["Location"] = reverse("accounts:membership-add", args=[made[0].pk])
    return response


@require_http_methods(["GET", "POST"])
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found, federation_id = _find(request, pk)
    actions.check_account_is_ours(found, by=request.user, federation_id=federation_id)
    form = PersonEditForm(data_of(request), person=found)
    here = reverse("accounts:person", args=[pk])
    return form_page(
        request, form,
        lambda: actions.change_person(user=found, federation_id=federation_id, by=request.user, **form.cleaned_data),
        title="Change this account", button="Save", message="Account saved", to=here,
        crumbs=[("People", reverse("accounts:people")), (found.name, here)],
    )  # fmt: skip


@require_POST
def password_link(request: HttpRequest, pk: int) -> HttpResponse:
    found, _ = _find(request, pk)
    actions.send_password_link(user=found, by=request.user)
    return saved(
        request, f"A link to set a password is on its way to {found.email}", reverse("accounts:person", args=[pk])
    )


@require_http_methods(["GET", "POST"])
def membership_add(request: HttpRequest, pk: int) -> HttpResponse:
    found, federation_id = _find(request, pk)
    schools = list(School.objects.filter(federation_id=federation_id, is_active=True))
    today = clock.today()
    form = MembershipForm(
        data_of(request), schools=schools, academic_year=academic_year_of(today), initial={"starts": today}
    )
    here = reverse("accounts:person", args=[pk])

    def act() -> None:
        data = dict(form.cleaned_data)
        role = Role(data.pop("role"))
        school = None if role in FEDERATION_ROLES else form.schools.get(data.pop("school", None))
        data.pop("school", None)
        federation = Federation.objects.get(pk=federation_id)
        actions.add_membership(user=found, federation=federation, role=role, school=school, by=request.user, **data)

    return form_page(
        request, form, act, title="Give a role", button="Give this role", message="Role given", to=here,
        lead="What each role may do stands under People, Who may do what.",
        crumbs=[("People", reverse("accounts:people")), (found.name, here)],
    )  # fmt: skip


def _membership(request: HttpRequest, pk: int) -> Membership:
    place = need(request, Permission.ACCOUNT_MANAGE)
    rows = Membership.objects.filter(federation_id=place.federation_id).select_related("user", "school")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
def membership_end(request: HttpRequest, pk: int) -> HttpResponse:
    found = _membership(request, pk)
    here = reverse("accounts:person", args=[found.user_id])
    form = EndForm(data_of(request), initial={"on": clock.today()})
    return form_page(
        request, form, lambda: actions.end_membership(membership=found, on=form.cleaned_data["on"], by=request.user),
        title="End this role?", button="End role", message="Role ended", to=here, danger=True,
        lead=f"{found.get_role_display()}, {found.school.name if found.school else 'whole federation'}. What they wrote stays.",
        crumbs=[("People", reverse("accounts:people")), (found.user.name, here)],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def membership_classes(request: HttpRequest, pk: int) -> HttpResponse:
    found = _membership(request, pk)
    if found.role != Role.TEACHER:
        raise Http404("Only a teacher has classes.")
    here = reverse("accounts:person", args=[found.user_id])
    form = ClassesForm(data_of(request), membership=found, academic_year=academic_year_of(clock.today()))
    return form_page(
        request, form,
        lambda: actions.set_classes(membership=found, classes=list(form.cleaned_data["classes"]), by=request.user),
        title="Classes of this teacher", button="Save classes", message="Classes saved", to=here,
        crumbs=[("People", reverse("accounts:people")), (found.user.name, here)],
    )  # fmt: skip

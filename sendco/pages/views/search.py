"""Finding a pupil by name, from anywhere."""

from django.http import HttpRequest, HttpResponse

from pupils.models import Pupil
from pupils.models.pupil import fold_name
from sendco.core.http import partial_or_page

MOST = 20


def search(request: HttpRequest) -> HttpResponse:
    """Pupils of the school in view, within reach, whose first or last name starts so. One query."""
    words = fold_name(request.GET.get("q", "")).split()
    found: list[Pupil] = []
    if words and request.school:
        pupils = Pupil.objects.visible_to(request.user).filter(school_id=request.school.id, left_on__isnull=True)
        for word in words[:4]:
            pupils = pupils.filter(search_name__contains=word)
        found = list(pupils.select_related("school_class").order_by("surname", "forename")[: MOST + 1])
    context = {
        "q": request.GET.get("q", "")[:60],
        "found": found[:MOST],
        "more": len(found) > MOST,
        "asked": bool(words),
    }
    return partial_or_page(request, "pages/_search_results.html", "pages/search.html", context)

"""Finding a pupil by name, from anywhere."""

from django.http import HttpRequest, HttpResponse

from pupils.models import Pupil
from pupils.querysets import words_q
from sendco.core import clock, params
from sendco.core.http import partial_or_page

MOST = 20


def search(request: HttpRequest) -> HttpResponse:
    """Pupils of the school in view, within reach, of whom every word begins a part of the name, or whose UPN it is. One query."""
    words = " ".join(params.words(request.GET.get("q"), most=60).split()[:4])
    found: list[Pupil] = []
    if words and request.school:
        pupils = Pupil.objects.visible_to(request.user).filter(words_q(words), school_id=request.school.id)
        pupils = pupils.on_roll(clock.today()).select_related("school_class")
        found = list(pupils.order_by("surname", "forename", "pk")[: MOST + 1])
    context = {
        "q": words,
        "found": found[:MOST],
        "more": len(found) > MOST,
        "asked": bool(words),
    }
    return partial_or_page(request, "pages/_search_results.html", "pages/search.html", context)

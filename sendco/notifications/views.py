"""What a person has been told."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from sendco.core import clock

from . import actions
from .forms import ReadForm
from .models import Notification


def notices(request: HttpRequest) -> HttpResponse:
    """Own notices, newest first, 50 a page. Two queries."""
    page = Paginator(Notification.objects.filter(recipient=request.user), 50).get_page(request.GET.get("page"))
    return render(request, "notifications/list.html", {"page": page, "unread": any(n.read_at is None for n in page)})


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark one, or all, as read; opening one goes to what it is about."""
    form = ReadForm(request.POST)
    form.is_valid()
    pk = form.cleaned_data.get("notice")
    actions.mark_read(user=request.user, now=clock.now(), pk=pk)
    return redirect("notifications:list")

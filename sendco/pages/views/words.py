"""Pages of words: help and the accessibility statement."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sendco.pages.navigation import main_role


def help_page(request: HttpRequest) -> HttpResponse:
    role = main_role(request.user.access, request.school.id if request.school else None)
    return render(request, "pages/help.html", {"role": str(role) if role else ""})


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html")

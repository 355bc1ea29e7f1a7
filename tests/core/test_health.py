import pytest
from django.db import DatabaseError
from django.urls import reverse

from sendco.core import views

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_health_needs_no_sign_in_and_asks_one_question(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/health/")

    assert reverse("health") == "/health/"
    assert (response.status_code, response.json()) == (200, {"database": "ok", "broker": "ok"})
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_health_refuses_post(client):
    assert client.post("/health/").status_code == 405


def test_health_when_the_database_is_down(client, monkeypatch):
    def refuse():
        raise DatabaseError("no")

    monkeypatch.setattr(views.connection, "cursor", refuse)

    response = client.get("/health/")

    assert (response.status_code, response.json()) == (503, {"database": "down", "broker": "ok"})


def test_health_when_the_broker_folder_is_gone(client, settings, tmp_path):
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path / "gone")}

    assert client.get("/health/").json() == {"database": "ok", "broker": "down"}


def test_health_when_redis_does_not_answer(client, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {}

    assert client.get("/health/").json() == {"database": "ok", "broker": "down"}

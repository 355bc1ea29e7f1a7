"""The project package: settings, the floor that every app stands on, and the roof that joins them."""

from .celery import app as celery_app

__all__ = ["celery_app"]

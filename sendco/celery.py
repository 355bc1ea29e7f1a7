"""The Celery application. The schedule is code, so that it is reviewed, tested and deployed like the rest."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sendco.settings")

app = Celery("sendco")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

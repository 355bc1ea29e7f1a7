"""WSGI entry point, used by gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from sendco.core.room import with_room

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sendco.settings")
_application = get_wsgi_application()


def application(environ, start_response):
    return with_room(_application, environ, start_response)


# Every view now, so that nobody's first page waits for it; and out of sight of the garbage collector, which would look through all
# of it again and again in the middle of a page.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 10, 10)  # a page makes tens of thousands of objects; the default looks after every 700

"""The same settings, only faster: cheap password hashes, no compressed static files, tasks run at once, mail kept in
memory.

Nothing of the developer's own environment counts: every variable is set here or left at its default.
`--database=postgres` (see tests/conftest.py) is read here too, because the address has to stand before Django is
configured.
"""

import argparse
import atexit
import os
import shutil
import sys
import tempfile
from urllib.parse import quote

_arguments = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
_arguments.add_argument("--database", default="sqlite")
_database = _arguments.parse_known_args(sys.argv[1:])[0].database

if "SENDCO_TEST_DIR" not in os.environ:  # the first process; workers of pytest-xdist inherit what it chose
    for _name in [name for name in os.environ if name.startswith("SENDCO_")]:
        del os.environ[_name]
    os.environ["SENDCO_TEST_DIR"] = tempfile.mkdtemp(prefix="sendco-test-")
    atexit.register(shutil.rmtree, os.environ["SENDCO_TEST_DIR"], ignore_errors=True)
    if _database == "postgres":
        _cluster = tempfile.mkdtemp(prefix="sendco-pg-", dir="/tmp")  # short: a socket's path may have 107 letters
        atexit.register(shutil.rmtree, _cluster, ignore_errors=True)
        os.environ["SENDCO_TEST_CLUSTER"] = _cluster
        os.environ["SENDCO_DATABASE_URL"] = f"postgres://sendco@{quote(_cluster, safe='')}/sendco"
os.environ["SENDCO_ENV_FILE"] = ""
os.environ["SENDCO_VAR_DIR"] = os.environ["SENDCO_TEST_DIR"]
os.environ["SENDCO_SECRET_KEY"] = "for-tests-only"  # noqa: S105
os.environ["SENDCO_SECOND_FACTOR_ROLES"] = ""

from .settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405 - WhiteNoise warns of a folder that is not there

"""Emptying the database after a test that really committed (`transactional_db`, `live_server`).

Django would truncate every table. That is refused by the audit trail, which nothing may delete from, and it would
take the code lists that migrations load. So what the migrations filled is kept, and the rest is deleted with the
guards stood down: in the test database its owner may do that.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


def filled_tables() -> frozenset[str]:
    """Tables that hold rows before any test has run."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        found = set()
        for name in names:
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})")
            if cursor.fetchone()[0]:
                found.add(name)
    return frozenset(found)


def empty(kept: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        names = sorted(set(connection.introspection.table_names(cursor)) - set(kept))
    with _guards_down(), transaction.atomic(), connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")


@contextmanager
def _guards_down() -> Any:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
        connection.disable_constraint_checking()
        try:
            yield
        finally:
            connection.enable_constraint_checking()
            for _, sql in triggers:
                cursor.execute(sql)

"""The database itself refuses to change or remove a published report."""

from django.db import migrations

LOCKED = (
    "school_id", "academic_year", "term", "state", "figures", "snapshot", "narrative", "meeting_on", "pdf", "pdf_sha256",
    "published_at", "written_by",
)  # fmt: skip
MESSAGE = "A published report is locked."
SQLITE = [
    f"""
    CREATE TRIGGER published_report_no_update BEFORE UPDATE ON reports_governorreport
    WHEN OLD.state = 'published' AND ({" OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in LOCKED)})
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
    """,
    f"""
    CREATE TRIGGER published_report_no_delete BEFORE DELETE ON reports_governorreport
    WHEN OLD.state = 'published'
    BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
    """,
]
POSTGRES = [
    f"""
    CREATE FUNCTION published_report_refuse() RETURNS trigger AS $$
    BEGIN
        IF OLD.state <> 'published' THEN
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END IF;
        IF TG_OP = 'UPDATE' AND NOT ({" OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in LOCKED)}) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '{MESSAGE}';
    END $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER published_report_locked BEFORE UPDATE OR DELETE ON reports_governorreport
    FOR EACH ROW EXECUTE FUNCTION published_report_refuse()
    """,
]


def lock(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES:
        schema_editor.execute(statement)


def unlock(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER published_report_no_update")
        schema_editor.execute("DROP TRIGGER published_report_no_delete")
    else:
        schema_editor.execute("DROP FUNCTION published_report_refuse() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_publishing_and_snapshot")]
    operations = [migrations.RunPython(lock, unlock)]

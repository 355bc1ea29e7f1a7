"""The tables, and the database itself refuses to change or remove an audit event, unless a purge window stands open."""

import sendco.core.clock
from django.db import migrations, models

from sendco.core.operations import CreateModels

SQLITE = [
    """
    CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit_auditevent
    BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END
    """,
    """
    CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_auditevent
    WHEN NOT EXISTS (SELECT 1 FROM audit_purgewindow)
    BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END
    """,
]
POSTGRES = [
    """
    CREATE FUNCTION audit_refuse() RETURNS trigger AS $$
    BEGIN
        IF TG_OP <> 'UPDATE' AND EXISTS (SELECT 1 FROM audit_purgewindow) THEN
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NULL;
        END IF;
        RAISE EXCEPTION 'The audit trail is append-only.';
    END $$ LANGUAGE plpgsql
    """,
    """
    CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_auditevent
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
]


def protect(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES:
        schema_editor.execute(statement)


def unprotect(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER audit_no_update")
        schema_editor.execute("DROP TRIGGER audit_no_delete")
    else:
        schema_editor.execute("DROP FUNCTION audit_refuse() CASCADE")


class Migration(migrations.Migration):

    replaces = [('audit', '0001_initial'), ('audit', '0002_append_only')]

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='PurgeWindow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('opened_at', models.DateTimeField(default=sendco.core.clock.now)),
                    ('reason', models.CharField(max_length=120)),
                ],
            ),
            migrations.CreateModel(
                name='AuditEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(db_index=True, default=sendco.core.clock.now)),
                    ('kind', models.CharField(max_length=40)),
                    ('actor_id', models.BigIntegerField(null=True)),
                    ('actor_label', models.CharField(blank=True, max_length=160)),
                    ('school_id', models.BigIntegerField(null=True)),
                    ('pupil_id', models.BigIntegerField(null=True)),
                    ('target_type', models.CharField(blank=True, max_length=60)),
                    ('target_id', models.BigIntegerField(null=True)),
                    ('target_label', models.CharField(blank=True, max_length=160)),
                    ('details', models.JSONField(default=dict)),
                    ('request_id', models.CharField(blank=True, max_length=36)),
                ],
                options={
                    'ordering': ['-at', '-pk'],
                    'indexes': [models.Index(fields=['pupil_id', '-at'], name='audit_of_a_pupil'), models.Index(fields=['school_id', '-at'], name='audit_of_a_school'), models.Index(fields=['actor_id', '-at'], name='audit_of_an_actor')],
                },
            ),
        ]),
        migrations.RunPython(protect, unprotect),
    ]

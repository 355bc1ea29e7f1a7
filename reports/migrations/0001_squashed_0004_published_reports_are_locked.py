"""The tables, the national figures, and the database itself refuses to change or remove a published report."""

import django.db.models.deletion
import sendco.core.clock
from django.conf import settings
from django.db import migrations, models

from reports.seeds import load_national_figures
from sendco.core.operations import CreateModels

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


def load(apps, schema_editor):
    load_national_figures(apps.get_model("reports", "NationalFigure"))


def remove(apps, schema_editor):
    apps.get_model("reports", "NationalFigure").objects.all().delete()


class Migration(migrations.Migration):

    replaces = [('reports', '0001_initial'), ('reports', '0002_national_figures'), ('reports', '0003_publishing_and_snapshot'), ('reports', '0004_published_reports_are_locked')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('schools', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='NationalFigure',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('year', models.CharField(max_length=20)),
                    ('measure', models.CharField(max_length=60)),
                    ('breakdown', models.CharField(max_length=80)),
                    ('value', models.DecimalField(decimal_places=3, max_digits=12)),
                    ('unit', models.CharField(max_length=40)),
                    ('source_url', models.CharField(max_length=300)),
                    ('status', models.CharField(max_length=12)),
                ],
                options={
                    'ordering': ['measure', 'breakdown', '-year'],
                    'constraints': [models.UniqueConstraint(fields=('year', 'measure', 'breakdown', 'unit'), name='one_national_figure')],
                },
            ),
            migrations.CreateModel(
                name='GovernorReport',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('academic_year', models.PositiveSmallIntegerField()),
                    ('term', models.CharField(choices=[('autumn', 'Autumn'), ('spring', 'Spring'), ('summer', 'Summer')], max_length=6)),
                    ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published')], default='draft', max_length=9)),
                    ('figures', models.JSONField(blank=True, default=dict)),
                    ('narrative', models.JSONField(blank=True, default=dict)),
                    ('meeting_on', models.DateField(blank=True, null=True)),
                    ('pdf', models.FileField(blank=True, upload_to='reports/%Y')),
                    ('pdf_sha256', models.CharField(blank=True, max_length=64)),
                    ('published_at', models.DateTimeField(blank=True, null=True)),
                    ('written_by', models.CharField(blank=True, max_length=120)),
                    ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='governor_reports', to='schools.school')),
                    ('publishing_at', models.DateTimeField(blank=True, editable=False, null=True)),
                    ('publishing_fault', models.CharField(blank=True, editable=False, max_length=300)),
                    ('snapshot', models.JSONField(blank=True, default=dict, editable=False)),
                ],
                options={
                    'ordering': ['-academic_year', '-pk'],
                    'constraints': [models.UniqueConstraint(fields=('school', 'academic_year', 'term'), name='one_report_a_term'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('state', 'draft')), models.Q(('published_at__isnull', False), ('state', 'published')), _connector='OR'), name='published_with_a_time')],
                },
            ),
        ]),
        migrations.RunPython(load, remove),
        migrations.RunPython(lock, unlock),
    ]

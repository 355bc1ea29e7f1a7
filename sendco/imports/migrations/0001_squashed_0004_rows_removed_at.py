import django.db.models.deletion
import sendco.core.clock
from django.conf import settings
from django.db import migrations, models

from sendco.core.operations import CreateModels


class Migration(migrations.Migration):

    replaces = [('imports', '0001_initial'), ('imports', '0002_initial'), ('imports', '0003_imports_in_steps'), ('imports', '0004_rows_removed_at')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('pupils', '0001_initial'),
        ('schools', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='ColumnMapping',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('name', models.CharField(max_length=60)),
                    ('columns', models.JSONField(default=dict)),
                    ('signature', models.CharField(max_length=64)),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='column_mappings', to='schools.school')),
                ],
                options={
                    'ordering': ['name'],
                    'constraints': [models.UniqueConstraint(fields=('school', 'signature'), name='one_mapping_a_set_of_headings')],
                },
            ),
            migrations.CreateModel(
                name='ImportBatch',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('file_name', models.CharField(max_length=120)),
                    ('file', models.FileField(blank=True, upload_to='imports/%Y/%m')),
                    ('sha256', models.CharField(max_length=64)),
                    ('format', models.CharField(max_length=10)),
                    ('source', models.CharField(blank=True, max_length=160)),
                    ('notices', models.JSONField(blank=True, default=list)),
                    ('state', models.CharField(choices=[('reading', 'Being read'), ('mapping', 'Columns to match'), ('failed', 'Could not be read'), ('staged', 'To be checked'), ('applying', 'Being imported'), ('undoing', 'Being undone'), ('applied', 'Imported'), ('undone', 'Undone'), ('discarded', 'Discarded')], default='staged', max_length=9)),
                    ('created_count', models.PositiveIntegerField(default=0)),
                    ('updated_count', models.PositiveIntegerField(default=0)),
                    ('unchanged_count', models.PositiveIntegerField(default=0)),
                    ('refused_count', models.PositiveIntegerField(default=0)),
                    ('applied_at', models.DateTimeField(blank=True, null=True)),
                    ('undone_at', models.DateTimeField(blank=True, null=True)),
                    ('applied_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('mapping', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='batches', to='imports.columnmapping')),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='schools.school')),
                    ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('columns', models.JSONField(blank=True, default=dict)),
                    ('made', models.JSONField(blank=True, default=dict)),
                    ('problem', models.CharField(blank=True, max_length=400)),
                    ('staged_on', models.DateField(blank=True, null=True)),
                    ('rows_removed_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'ordering': ['-pk'],
                },
            ),
            migrations.CreateModel(
                name='ImportRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('line', models.PositiveIntegerField(default=0)),
                    ('action', models.CharField(choices=[('new', 'New'), ('changed', 'Changed'), ('unchanged', 'Unchanged'), ('refused', 'To put right'), ('choose', 'To match'), ('leaver', 'Left the school')], max_length=9)),
                    ('candidates', models.JSONField(blank=True, default=list)),
                    ('label', models.CharField(max_length=180)),
                    ('record', models.JSONField(default=dict)),
                    ('changes', models.JSONField(blank=True, default=list)),
                    ('problems', models.JSONField(blank=True, default=list)),
                    ('before', models.JSONField(blank=True, default=dict)),
                    ('is_chosen', models.BooleanField(default=True)),
                    ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='imports.importbatch')),
                    ('pupil', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='pupils.pupil')),
                    ('is_decided', models.BooleanField(default=False)),
                ],
                options={
                    'ordering': ['line', 'pk'],
                    'indexes': [models.Index(fields=['batch', 'action'], name='rows_of_a_batch')],
                },
            ),
        ]),
    ]

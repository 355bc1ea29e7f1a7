import django.db.models.deletion
import sendco.core.clock
from django.db import migrations, models

from sendco.core.operations import CreateModels


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('schools', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Contract',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('hours_per_week', models.DecimalField(decimal_places=2, max_digits=4)),
                    ('weeks_per_year', models.DecimalField(decimal_places=1, default=39, max_digits=4)),
                    ('starts', models.DateField()),
                    ('ends', models.DateField(blank=True, null=True)),
                    ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contracts', to='accounts.membership')),
                ],
                options={
                    'ordering': ['-starts'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends__isnull', True), ('ends__gte', models.F('starts')), _connector='OR'), name='contract_ends_after_start'), models.UniqueConstraint(condition=models.Q(('ends__isnull', True)), fields=('membership',), name='one_open_contract')],
                },
            ),
            migrations.CreateModel(
                name='Skill',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80)),
                    ('months_valid', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('federation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skills', to='schools.federation')),
                ],
                options={
                    'ordering': ['name'],
                    'constraints': [models.UniqueConstraint(fields=('federation', 'name'), name='one_skill_of_a_name')],
                },
            ),
            migrations.CreateModel(
                name='StaffSkill',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('gained_on', models.DateField()),
                    ('expires_on', models.DateField(blank=True, null=True)),
                    ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skills', to='accounts.membership')),
                    ('skill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holders', to='staff.skill')),
                ],
                options={
                    'ordering': ['skill__name'],
                    'constraints': [models.UniqueConstraint(fields=('membership', 'skill'), name='one_row_a_skill_held')],
                },
            ),
            migrations.CreateModel(
                name='WorkingTime',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('weekday', models.PositiveSmallIntegerField()),
                    ('starts_at', models.TimeField()),
                    ('ends_at', models.TimeField()),
                    ('contract', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='times', to='staff.contract')),
                ],
                options={
                    'ordering': ['weekday', 'starts_at'],
                    'constraints': [models.UniqueConstraint(fields=('contract', 'weekday', 'starts_at'), name='one_working_time_a_start'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='working_time_ends_after_start')],
                },
            ),
            migrations.CreateModel(
                name='Absence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('starts', models.DateField()),
                    ('ends', models.DateField()),
                    ('kind', models.CharField(choices=[('away', 'Away'), ('training', 'Training'), ('trip', 'School trip')], default='away', max_length=8)),
                    ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='accounts.membership')),
                ],
                options={
                    'ordering': ['-starts'],
                    'indexes': [models.Index(fields=['starts', 'ends'], name='absences_by_day')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends__gte', models.F('starts'))), name='absence_ends_after_start')],
                },
            ),
        ]),
    ]

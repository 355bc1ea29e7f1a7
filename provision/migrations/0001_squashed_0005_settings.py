"""The tables, the layers of support and the national catalogue."""

import django.core.validators
import django.db.models.deletion
import sendco.core.clock
from django.conf import settings
from django.db import migrations, models

from provision.seeds import load_catalogue, load_tiers
from sendco.core.operations import CreateModels


def load(apps, schema_editor):
    tier = apps.get_model("provision", "Tier")
    load_tiers(tier)
    load_catalogue(apps.get_model("provision", "Intervention"), tier, apps.get_model("pupils", "Instrument"))


def remove(apps, schema_editor):
    apps.get_model("provision", "Intervention").objects.filter(federation=None).delete()
    apps.get_model("provision", "Tier").objects.all().delete()


class Migration(migrations.Migration):

    replaces = [('provision', '0001_initial'), ('provision', '0002_initial'), ('provision', '0003_catalogue'), ('provision', '0004_decisions'), ('provision', '0005_settings')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('pupils', '0001_initial'),
        ('pupils', '0002_codes_and_instruments'),
        ('schools', '0001_initial'),
        ('schools', '0002_small_number_range'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Tier',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.CharField(max_length=20, unique=True)),
                    ('label', models.CharField(max_length=60)),
                    ('order', models.PositiveSmallIntegerField()),
                    ('valid_from', models.DateField(blank=True, null=True)),
                    ('valid_to', models.DateField(blank=True, null=True)),
                ],
                options={
                    'ordering': ['order'],
                },
            ),
            migrations.CreateModel(
                name='Intervention',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('code', models.CharField(max_length=20)),
                    ('slug', models.SlugField(max_length=80)),
                    ('name', models.CharField(max_length=120)),
                    ('area', models.CharField(choices=[('CI', 'Communication and interaction'), ('CL', 'Cognition and learning'), ('SEMH', 'Social, emotional and mental health'), ('SP', 'Sensory and physical'), ('OTHER', 'Other')], max_length=5)),
                    ('strand', models.CharField(blank=True, max_length=80)),
                    ('years', models.CharField(blank=True, max_length=40)),
                    ('group_min', models.PositiveSmallIntegerField(default=1)),
                    ('group_max', models.PositiveSmallIntegerField(default=1)),
                    ('times_per_week', models.PositiveSmallIntegerField(default=1)),
                    ('minutes', models.PositiveSmallIntegerField(default=30)),
                    ('weeks', models.PositiveSmallIntegerField(default=10)),
                    ('grade', models.CharField(choices=[('ta2', 'Teaching assistant, level 2'), ('ta3', 'Teaching assistant, level 3'), ('hlta', 'Higher level teaching assistant'), ('teacher', 'Teacher'), ('leader', 'SENDCo or leader'), ('external', 'Outside professional')], default='ta2', max_length=8)),
                    ('training', models.CharField(blank=True, max_length=120)),
                    ('entry_measure', models.CharField(blank=True, max_length=120)),
                    ('evidence_level', models.CharField(blank=True, max_length=20)),
                    ('evidence_text', models.TextField(blank=True)),
                    ('evidence_checked', models.BooleanField(default=False)),
                    ('source_title', models.CharField(blank=True, max_length=200)),
                    ('source_url', models.URLField(blank=True, max_length=300)),
                    ('is_archived', models.BooleanField(default=False)),
                    ('federation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='interventions', to='schools.federation')),
                    ('instrument', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='interventions', to='pupils.instrument')),
                    ('tier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interventions', to='provision.tier')),
                ],
                options={
                    'ordering': ['area', 'name'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('federation__isnull', True)), fields=('slug',), name='one_national_intervention_a_slug'), models.UniqueConstraint(condition=models.Q(('federation__isnull', False)), fields=('federation', 'slug'), name='one_own_intervention_a_slug')],
                },
            ),
            migrations.CreateModel(
                name='Group',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('name', models.CharField(max_length=80)),
                    ('state', models.CharField(choices=[('planned', 'Planned'), ('running', 'Running'), ('finished', 'Finished')], default='running', max_length=8)),
                    ('starts', models.DateField()),
                    ('ends', models.DateField()),
                    ('minutes', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(400)])),
                    ('times_per_week', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(25)])),
                    ('weeks', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(52)])),
                    ('grade', models.CharField(choices=[('ta2', 'Teaching assistant, level 2'), ('ta3', 'Teaching assistant, level 3'), ('hlta', 'Higher level teaching assistant'), ('teacher', 'Teacher'), ('leader', 'SENDCo or leader'), ('external', 'Outside professional')], max_length=8)),
                    ('hourly_rate', models.DecimalField(decimal_places=2, max_digits=7)),
                    ('materials_cost', models.DecimalField(decimal_places=2, default=0, max_digits=8)),
                    ('place', models.CharField(blank=True, max_length=60)),
                    ('funding', models.CharField(choices=[('notional', 'Notional SEN budget'), ('top_up', 'Top-up from the local authority'), ('pupil_premium', 'Pupil premium'), ('imf', 'Inclusive Mainstream Fund'), ('core', 'Core budget'), ('other', 'Other')], default='notional', max_length=14)),
                    ('is_section_f', models.BooleanField(default=False, verbose_name='in Section F of the EHC plan')),
                    ('closing_note', models.CharField(blank=True, max_length=300)),
                    ('deliverer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='delivered_groups', to=settings.AUTH_USER_MODEL)),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='schools.school')),
                    ('intervention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='provision.intervention')),
                ],
                options={
                    'ordering': ['name', 'pk'],
                    'indexes': [models.Index(fields=['school', 'state'], name='groups_of_a_school')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends__gte', models.F('starts'))), name='group_ends_after_it_starts')],
                },
            ),
            migrations.CreateModel(
                name='Line',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('starts', models.DateField()),
                    ('ends', models.DateField()),
                    ('cost', models.DecimalField(decimal_places=2, default=0, max_digits=9)),
                    ('hours', models.DecimalField(decimal_places=2, default=0, max_digits=7)),
                    ('outcome', models.CharField(blank=True, max_length=200)),
                    ('no_exit_reason', models.CharField(blank=True, max_length=200)),
                    ('left_on', models.DateField(blank=True, null=True)),
                    ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='pupils.score')),
                    ('exit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='pupils.score')),
                    ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='provision.group')),
                    ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='pupils.pupil')),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school')),
                    ('target', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='lines', to='pupils.target')),
                ],
                options={
                    'ordering': ['pk'],
                    'indexes': [models.Index(fields=['school', 'starts', 'ends'], name='lines_of_a_school')],
                    'constraints': [models.UniqueConstraint(fields=('pupil', 'group'), name='one_line_a_pupil_and_group'), models.CheckConstraint(condition=models.Q(('ends__gte', models.F('starts'))), name='line_ends_after_it_starts')],
                },
            ),
            migrations.CreateModel(
                name='Session',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('on', models.DateField()),
                    ('starts_at', models.TimeField()),
                    ('minutes', models.PositiveSmallIntegerField()),
                    ('state', models.CharField(choices=[('planned', 'Not logged'), ('delivered', 'Happened'), ('missed', 'Did not happen')], default='planned', max_length=9)),
                    ('reason', models.CharField(blank=True, choices=[('staff_absent', 'Adult away'), ('staff_moved', 'Adult needed elsewhere'), ('pupil_absent', 'Pupils away'), ('trip', 'Trip or event'), ('room', 'No room'), ('refused', 'Pupils did not want to'), ('other', 'Other')], max_length=12)),
                    ('note', models.CharField(blank=True, max_length=300)),
                    ('logged_at', models.DateTimeField(blank=True, null=True)),
                    ('deliverer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sessions', to=settings.AUTH_USER_MODEL)),
                    ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='provision.group')),
                    ('logged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school')),
                ],
                options={
                    'ordering': ['on', 'starts_at', 'pk'],
                    'indexes': [models.Index(fields=['school', 'on', 'state'], name='sessions_of_a_school'), models.Index(fields=['deliverer', 'on'], name='sessions_of_an_adult')],
                    'constraints': [models.UniqueConstraint(fields=('group', 'on', 'starts_at'), name='one_session_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('logged_at__isnull', True), ('state', 'planned')), models.Q(models.Q(('state', 'planned'), _negated=True), ('logged_at__isnull', False)), _connector='OR'), name='session_logged_when_not_planned')],
                },
            ),
            migrations.CreateModel(
                name='SessionEntry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('on', models.DateField()),
                    ('was_away', models.BooleanField(default=False)),
                    ('rating', models.PositiveSmallIntegerField(blank=True, choices=[(0, 'Not yet'), (1, 'With help'), (2, 'Nearly'), (3, 'Got it')], null=True)),
                    ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='provision.line')),
                    ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='session_entries', to='pupils.pupil')),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='provision.session')),
                ],
                options={
                    'ordering': ['pk'],
                    'indexes': [models.Index(fields=['pupil', '-on'], name='entries_of_a_pupil')],
                    'constraints': [models.UniqueConstraint(fields=('session', 'pupil'), name='one_entry_a_pupil_and_session'), models.CheckConstraint(condition=models.Q(('was_away', False), ('rating__isnull', True), _connector='OR'), name='no_rating_when_away')],
                },
            ),
            migrations.CreateModel(
                name='Slot',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday')])),
                    ('starts_at', models.TimeField()),
                    ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='provision.group')),
                ],
                options={
                    'ordering': ['weekday', 'starts_at'],
                    'constraints': [models.UniqueConstraint(fields=('group', 'weekday', 'starts_at'), name='one_slot_a_time')],
                },
            ),
            migrations.CreateModel(
                name='Decision',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('kind', models.CharField(choices=[('keep', 'Keep as it is'), ('change', 'Keep and change'), ('pause', 'Pause'), ('stop', 'Stop')], max_length=8)),
                    ('reason', models.CharField(max_length=500)),
                    ('on', models.DateField()),
                    ('effect', models.CharField(blank=True, max_length=20)),
                    ('pupils', models.PositiveIntegerField(default=0)),
                    ('made_by_name', models.CharField(blank=True, max_length=120)),
                    ('intervention', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='provision.intervention')),
                    ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='schools.school')),
                ],
                options={
                    'ordering': ['-on', '-pk'],
                    'indexes': [models.Index(fields=['school', '-on'], name='decisions_of_a_school')],
                },
            ),
            migrations.CreateModel(
                name='CostConstants',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('valid_from', models.DateField()),
                    ('top_up_threshold', models.DecimalField(decimal_places=2, max_digits=8)),
                    ('pupil_weeks', models.DecimalField(decimal_places=1, max_digits=4)),
                    ('paid_weeks', models.DecimalField(decimal_places=2, max_digits=5)),
                    ('full_time_hours', models.DecimalField(decimal_places=1, max_digits=4)),
                    ('teacher_hours', models.DecimalField(decimal_places=1, max_digits=6)),
                    ('support_pension', models.DecimalField(decimal_places=2, max_digits=5)),
                    ('teacher_pension', models.DecimalField(decimal_places=2, max_digits=5)),
                    ('national_insurance', models.DecimalField(decimal_places=2, max_digits=5)),
                    ('insurance_threshold', models.DecimalField(decimal_places=2, max_digits=8)),
                    ('source', models.CharField(blank=True, max_length=200)),
                    ('added_by_name', models.CharField(blank=True, max_length=120)),
                    ('federation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.federation')),
                    ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.school')),
                ],
                options={
                    'ordering': ['-valid_from', '-pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('school__isnull', True)), fields=('federation', 'valid_from'), name='one_federation_constants_a_day'), models.UniqueConstraint(condition=models.Q(('school__isnull', False)), fields=('school', 'valid_from'), name='one_school_constants_a_day')],
                },
            ),
            migrations.CreateModel(
                name='InstrumentFacts',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('sd', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                    ('reliability', models.DecimalField(blank=True, decimal_places=3, max_digits=4, null=True)),
                    ('source', models.CharField(blank=True, max_length=200)),
                    ('federation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.federation')),
                    ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='pupils.instrument')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('federation', 'instrument'), name='one_facts_a_federation_and_instrument'), models.CheckConstraint(condition=models.Q(('reliability__isnull', True), models.Q(('reliability__gt', 0), ('reliability__lt', 1)), _connector='OR'), name='reliability_between_0_and_1'), models.CheckConstraint(condition=models.Q(('sd__isnull', True), ('sd__gt', 0), _connector='OR'), name='spread_above_0')],
                },
            ),
        ]),
        migrations.RunPython(load, remove),
    ]

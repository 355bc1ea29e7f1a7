"""The tables, and the rows that ship with the product: code lists and instruments."""

import django.db.models.deletion
import sendco.core.clock
from django.conf import settings
from django.db import migrations, models

from pupils.seeds import load_codes, load_instruments
from sendco.core.operations import CreateModels


def load(apps, schema_editor):
    load_codes(apps.get_model("pupils", "ReferenceCode"))
    load_instruments(apps.get_model("pupils", "Instrument"))


def remove(apps, schema_editor):
    apps.get_model("pupils", "ReferenceCode").objects.all().delete()
    apps.get_model("pupils", "Instrument").objects.all().delete()


class Migration(migrations.Migration):

    replaces = [('pupils', '0001_initial'), ('pupils', '0002_codes_and_instruments'), ('pupils', '0003_shorter_needs')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('schools', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Instrument',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('slug', models.SlugField(unique=True)),
                    ('name', models.CharField(max_length=120)),
                    ('family', models.CharField(choices=[('standardised', 'Standardised score'), ('scaled', 'Scaled score'), ('age_equivalent', 'Age in months'), ('raw', 'Raw score'), ('scale', 'Scale'), ('level', 'Level')], max_length=16)),
                    ('minimum', models.DecimalField(decimal_places=2, max_digits=7)),
                    ('maximum', models.DecimalField(decimal_places=2, max_digits=7)),
                    ('higher_is_better', models.BooleanField(default=True)),
                    ('sd', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                    ('reliability', models.DecimalField(blank=True, decimal_places=3, max_digits=4, null=True)),
                    ('min_retest_days', models.PositiveSmallIntegerField(default=0)),
                    ('source', models.CharField(blank=True, max_length=200)),
                ],
                options={
                    'ordering': ['name'],
                },
            ),
            migrations.CreateModel(
                name='ReferenceCode',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code_set', models.CharField(max_length=40)),
                    ('code', models.CharField(max_length=20)),
                    ('label', models.CharField(max_length=300)),
                    ('short', models.CharField(blank=True, max_length=300)),
                    ('group', models.CharField(blank=True, max_length=40)),
                    ('order', models.PositiveSmallIntegerField(default=0)),
                    ('valid_from', models.DateField(blank=True, null=True)),
                    ('valid_to', models.DateField(blank=True, null=True)),
                    ('is_current', models.BooleanField(default=True)),
                    ('aliases', models.CharField(blank=True, max_length=300)),
                ],
                options={
                    'ordering': ['code_set', 'order', 'code'],
                    'constraints': [models.UniqueConstraint(fields=('code_set', 'code'), name='one_row_a_code')],
                },
            ),
            migrations.CreateModel(
                name='SavedView',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('name', models.CharField(max_length=60)),
                    ('slug', models.SlugField(max_length=70)),
                    ('query', models.CharField(max_length=500)),
                    ('is_shared', models.BooleanField(default=False)),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to='schools.school')),
                ],
                options={
                    'ordering': ['name'],
                    'constraints': [models.UniqueConstraint(fields=('school', 'slug'), name='one_saved_view_a_slug')],
                },
            ),
            migrations.CreateModel(
                name='Tag',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=40)),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tags', to='schools.school')),
                ],
                options={
                    'ordering': ['name'],
                    'constraints': [models.UniqueConstraint(fields=('school', 'name'), name='one_tag_of_a_name')],
                },
            ),
            migrations.CreateModel(
                name='Pupil',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('upn', models.CharField(blank=True, max_length=13, verbose_name='UPN')),
                    ('former_upn', models.CharField(blank=True, max_length=13, verbose_name='former UPN')),
                    ('admission_number', models.CharField(blank=True, max_length=20)),
                    ('external_id', models.CharField(blank=True, max_length=64)),
                    ('surname', models.CharField(max_length=80)),
                    ('forename', models.CharField(max_length=80)),
                    ('middle_names', models.CharField(blank=True, max_length=80)),
                    ('preferred_surname', models.CharField(blank=True, max_length=80)),
                    ('preferred_forename', models.CharField(blank=True, max_length=80)),
                    ('search_name', models.CharField(editable=False, max_length=180)),
                    ('born', models.DateField(verbose_name='date of birth')),
                    ('sex', models.CharField(blank=True, choices=[('F', 'Female'), ('M', 'Male')], max_length=1)),
                    ('year_group', models.CharField(blank=True, choices=[('E1', 'Early years 1'), ('E2', 'Early years 2'), ('N1', 'Nursery 1'), ('N2', 'Nursery 2'), ('R', 'Reception'), ('1', 'Year 1'), ('2', 'Year 2'), ('3', 'Year 3'), ('4', 'Year 4'), ('5', 'Year 5'), ('6', 'Year 6'), ('7', 'Year 7'), ('8', 'Year 8'), ('9', 'Year 9'), ('10', 'Year 10'), ('11', 'Year 11'), ('12', 'Year 12'), ('13', 'Year 13'), ('14', 'Year 14'), ('X', 'Not by year')], max_length=2)),
                    ('year_order', models.PositiveSmallIntegerField(default=0, editable=False)),
                    ('joined_on', models.DateField(blank=True, null=True)),
                    ('left_on', models.DateField(blank=True, null=True)),
                    ('sen_status', models.CharField(choices=[('N', 'No SEN'), ('M', 'Monitoring'), ('K', 'SEN support'), ('E', 'EHC plan')], default='N', max_length=1, verbose_name='support')),
                    ('main_need', models.CharField(blank=True, editable=False, max_length=20)),
                    ('main_area', models.CharField(blank=True, choices=[('CI', 'Communication and interaction'), ('CL', 'Cognition and learning'), ('SEMH', 'Social, emotional and mental health'), ('SP', 'Sensory and physical'), ('OTHER', 'Other')], editable=False, max_length=5)),
                    ('ethnicity', models.CharField(blank=True, max_length=4)),
                    ('first_language', models.CharField(blank=True, max_length=4)),
                    ('is_eal', models.BooleanField(blank=True, null=True, verbose_name='English as an additional language')),
                    ('is_fsm', models.BooleanField(blank=True, null=True, verbose_name='free school meals')),
                    ('is_pupil_premium', models.BooleanField(blank=True, null=True, verbose_name='pupil premium')),
                    ('is_looked_after', models.BooleanField(blank=True, null=True, verbose_name='looked after')),
                    ('is_service_child', models.BooleanField(blank=True, null=True, verbose_name='service child')),
                    ('attendance_percent', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True)),
                    ('medical_summary', models.CharField(blank=True, max_length=200)),
                    ('home_languages', models.CharField(blank=True, max_length=120)),
                    ('strengths', models.TextField(blank=True)),
                    ('key_adult', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='key_pupils', to=settings.AUTH_USER_MODEL)),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pupils', to='schools.school')),
                    ('school_class', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='pupils', to='schools.schoolclass')),
                    ('tags', models.ManyToManyField(blank=True, related_name='pupils', to='pupils.tag')),
                ],
                options={
                    'ordering': ['surname', 'forename', 'pk'],
                    'indexes': [models.Index(fields=['school', 'sen_status', 'surname', 'forename'], name='register_of_a_school'), models.Index(fields=['school', 'search_name'], name='pupils_by_name'), models.Index(fields=['school', 'year_order'], name='pupils_by_year'), models.Index(fields=['school_class'], name='pupils_of_a_class')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('upn', ''), _negated=True), fields=('school', 'upn'), name='one_pupil_a_upn_in_a_school'), models.CheckConstraint(condition=models.Q(('left_on__isnull', True), ('joined_on__isnull', True), ('left_on__gte', models.F('joined_on')), _connector='OR'), name='pupil_leaves_after_joining')],
                },
            ),
            migrations.CreateModel(
                name='Plan',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('kind', models.CharField(choices=[('sen_support', 'SEN support plan'), ('ehcp', 'EHC plan targets')], default='sen_support', max_length=12)),
                    ('state', models.CharField(choices=[('draft', 'Draft'), ('active', 'Active'), ('reviewed', 'Reviewed')], default='draft', max_length=8)),
                    ('cycle', models.PositiveSmallIntegerField(default=1)),
                    ('starts', models.DateField()),
                    ('review_on', models.DateField()),
                    ('assessed_on', models.DateField(blank=True, null=True)),
                    ('agreed_on', models.DateField(blank=True, null=True)),
                    ('parents_met_on', models.DateField(blank=True, null=True)),
                    ('reviewed_on', models.DateField(blank=True, null=True)),
                    ('assessment', models.TextField(blank=True)),
                    ('pupil_views', models.TextField(blank=True)),
                    ('parent_views', models.TextField(blank=True)),
                    ('review_summary', models.TextField(blank=True)),
                    ('decision', models.CharField(blank=True, choices=[('continue', 'Continue'), ('change_strategy', 'Change strategy'), ('change_provision', 'Change provision'), ('step_up', 'Step up'), ('step_down', 'Step down'), ('specialist', 'Ask for specialist advice'), ('ehc_assessment', 'Ask for an EHC needs assessment'), ('off_register', 'Move off the register')], max_length=20)),
                    ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plans', to='pupils.pupil')),
                ],
                options={
                    'ordering': ['-cycle', '-pk'],
                    'indexes': [models.Index(fields=['state', 'review_on'], name='plans_to_review')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('pupil',), name='one_active_plan'), models.UniqueConstraint(fields=('pupil', 'cycle'), name='one_plan_a_cycle')],
                },
            ),
            migrations.CreateModel(
                name='Note',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('kind', models.CharField(choices=[('note', 'Note'), ('concern', 'Concern'), ('parent', 'Contact with parents'), ('meeting', 'Meeting with parents')], default='note', max_length=8)),
                    ('on', models.DateField()),
                    ('text', models.TextField()),
                    ('is_confidential', models.BooleanField(default=False)),
                    ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='pupils.pupil')),
                ],
                options={
                    'ordering': ['-on', '-pk'],
                    'indexes': [models.Index(fields=['pupil', '-on'], name='notes_of_a_pupil')],
                },
            ),
            migrations.CreateModel(
                name='Need',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('code', models.CharField(max_length=20)),
                    ('area', models.CharField(choices=[('CI', 'Communication and interaction'), ('CL', 'Cognition and learning'), ('SEMH', 'Social, emotional and mental health'), ('SP', 'Sensory and physical'), ('OTHER', 'Other')], max_length=5)),
                    ('rank', models.PositiveSmallIntegerField()),
                    ('local_label', models.CharField(blank=True, max_length=80)),
                    ('description', models.TextField(blank=True)),
                    ('starts', models.DateField()),
                    ('ends', models.DateField(blank=True, null=True)),
                    ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='needs', to='pupils.pupil')),
                ],
                options={
                    'ordering': ['rank', 'pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ends__isnull', True)), fields=('pupil', 'rank'), name='one_current_need_a_rank'), models.CheckConstraint(condition=models.Q(('rank__gte', 1), ('rank__lte', 99)), name='need_rank_from_1_to_99')],
                },
            ),
            migrations.CreateModel(
                name='Document',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('title', models.CharField(max_length=120)),
                    ('on', models.DateField()),
                    ('file', models.FileField(upload_to='documents/%Y/%m')),
                    ('size', models.PositiveIntegerField(default=0)),
                    ('media_type', models.CharField(max_length=80)),
                    ('sha256', models.CharField(max_length=64)),
                    ('is_confidential', models.BooleanField(default=False)),
                    ('removed_at', models.DateTimeField(blank=True, null=True)),
                    ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='pupils.pupil')),
                ],
                options={
                    'ordering': ['-on', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='Contact',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('name', models.CharField(max_length=120)),
                    ('relationship', models.CharField(blank=True, max_length=40)),
                    ('has_parental_responsibility', models.BooleanField(default=False)),
                    ('order', models.PositiveSmallIntegerField(default=1)),
                    ('telephone', models.CharField(blank=True, max_length=30)),
                    ('email', models.EmailField(blank=True, max_length=254)),
                    ('language', models.CharField(blank=True, max_length=40)),
                    ('may_not_be_contacted', models.BooleanField(default=False)),
                    ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='pupils.pupil')),
                ],
                options={
                    'ordering': ['order', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Adjustment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('barrier', models.CharField(max_length=200)),
                    ('adjustment', models.CharField(max_length=300)),
                    ('starts', models.DateField()),
                    ('review_on', models.DateField(blank=True, null=True)),
                    ('ends', models.DateField(blank=True, null=True)),
                    ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='adjustments', to='pupils.pupil')),
                ],
                options={
                    'ordering': ['-starts', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='PupilGroupObjectPermission',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='group_grants', to='pupils.pupil')),
                    ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.group')),
                    ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                ],
                options={
                    'abstract': False,
                    'unique_together': {('group', 'permission', 'content_object')},
                },
            ),
            migrations.CreateModel(
                name='PupilUserObjectPermission',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('granted_at', models.DateTimeField(default=sendco.core.clock.now)),
                    ('reason', models.CharField(blank=True, default='', max_length=200)),
                    ('starts', models.DateField(default=sendco.core.clock.today)),
                    ('ends', models.DateField(blank=True, null=True)),
                    ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='user_grants', to='pupils.pupil')),
                    ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'indexes': [models.Index(fields=['user', 'ends'], name='pupil_grants_of_a_user')],
                    'unique_together': {('user', 'permission', 'content_object')},
                },
            ),
            migrations.CreateModel(
                name='Score',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('on', models.DateField()),
                    ('value', models.DecimalField(decimal_places=2, max_digits=7)),
                    ('qualifier', models.CharField(choices=[('=', '='), ('<', 'less than'), ('>', 'more than')], default='=', max_length=1)),
                    ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='pupils.instrument')),
                    ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='pupils.pupil')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-on', '-pk'],
                    'indexes': [models.Index(fields=['pupil', 'instrument', '-on'], name='scores_of_a_pupil')],
                },
            ),
            migrations.CreateModel(
                name='SenPeriod',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('status', models.CharField(max_length=1)),
                    ('starts', models.DateField()),
                    ('ends', models.DateField(blank=True, null=True)),
                    ('reason', models.CharField(blank=True, max_length=200)),
                    ('parents_told_on', models.DateField(blank=True, null=True)),
                    ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sen_periods', to='pupils.pupil')),
                    ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-starts', '-pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ends__isnull', True)), fields=('pupil',), name='one_open_sen_period'), models.CheckConstraint(condition=models.Q(('ends__isnull', True), ('ends__gte', models.F('starts')), _connector='OR'), name='sen_period_ends_after_start')],
                },
            ),
            migrations.CreateModel(
                name='Strategy',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('area', models.CharField(choices=[('CI', 'Communication and interaction'), ('CL', 'Cognition and learning'), ('SEMH', 'Social, emotional and mental health'), ('SP', 'Sensory and physical'), ('OTHER', 'Other')], max_length=5)),
                    ('text', models.CharField(max_length=300)),
                    ('starts', models.DateField()),
                    ('ends', models.DateField(blank=True, null=True)),
                    ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='strategies', to='pupils.pupil')),
                ],
                options={
                    'verbose_name_plural': 'strategies',
                    'ordering': ['area', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='Target',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('order', models.PositiveSmallIntegerField(default=1)),
                    ('area', models.CharField(choices=[('CI', 'Communication and interaction'), ('CL', 'Cognition and learning'), ('SEMH', 'Social, emotional and mental health'), ('SP', 'Sensory and physical'), ('OTHER', 'Other')], max_length=5)),
                    ('text', models.CharField(max_length=300)),
                    ('baseline', models.CharField(blank=True, max_length=200)),
                    ('success', models.CharField(blank=True, max_length=200, verbose_name='how we shall know')),
                    ('strategies', models.TextField(blank=True)),
                    ('ehc_outcome', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('due_on', models.DateField()),
                    ('state', models.CharField(choices=[('open', 'Open'), ('exceeded', 'Exceeded'), ('met', 'Met'), ('partly', 'Partly met'), ('not_met', 'Not yet met'), ('stopped', 'Stopped')], default='open', max_length=8)),
                    ('latest_rating', models.PositiveSmallIntegerField(blank=True, choices=[(0, 'Not yet'), (1, 'With help'), (2, 'Nearly'), (3, 'Got it')], editable=False, null=True)),
                    ('latest_on', models.DateField(blank=True, editable=False, null=True)),
                    ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='pupils.plan')),
                ],
                options={
                    'ordering': ['order', 'pk'],
                },
            ),
            migrations.CreateModel(
                name='ProgressRecord',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('on', models.DateField()),
                    ('rating', models.PositiveSmallIntegerField(choices=[(0, 'Not yet'), (1, 'With help'), (2, 'Nearly'), (3, 'Got it')])),
                    ('note', models.CharField(blank=True, max_length=300)),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='progress', to='pupils.target')),
                ],
                options={
                    'ordering': ['-on', '-pk'],
                    'indexes': [models.Index(fields=['target', '-on'], name='progress_of_a_target')],
                },
            ),
            migrations.CreateModel(
                name='Profile',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('liked_about_me', models.TextField(blank=True)),
                    ('important_to_me', models.TextField(blank=True)),
                    ('how_to_help_me', models.TextField(blank=True)),
                    ('written_with', models.CharField(blank=True, max_length=120)),
                    ('written_on', models.DateField()),
                    ('is_current', models.BooleanField(default=True)),
                    ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='profiles', to='pupils.pupil')),
                ],
                options={
                    'ordering': ['-written_on', '-pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('pupil',), name='one_current_profile')],
                },
            ),
        ]),
        migrations.RunPython(load, remove),
    ]

import django.core.validators
import django.db.models.deletion
import sendco.core.clock
from django.db import migrations, models

from sendco.core.operations import CreateModels


class Migration(migrations.Migration):

    replaces = [('schools', '0001_initial'), ('schools', '0002_small_number_range')]

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Federation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('name', models.CharField(max_length=120)),
                    ('slug', models.SlugField(unique=True)),
                    ('small_number_threshold', models.PositiveSmallIntegerField(default=5, help_text='Counts from 1 to this number are not shown in reports to governors.', validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(10)])),
                ],
                options={
                    'ordering': ['name'],
                },
            ),
            migrations.CreateModel(
                name='School',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('name', models.CharField(max_length=120)),
                    ('urn', models.CharField(max_length=6, unique=True)),
                    ('la_code', models.CharField(max_length=3)),
                    ('establishment_number', models.CharField(max_length=4)),
                    ('kind', models.CharField(choices=[('primary', 'Primary'), ('infant', 'Infant'), ('junior', 'Junior'), ('first', 'First'), ('middle', 'Middle'), ('secondary', 'Secondary'), ('all_through', 'All-through'), ('special', 'Special')], default='primary', max_length=12)),
                    ('telephone', models.CharField(blank=True, max_length=30)),
                    ('email', models.EmailField(blank=True, max_length=254)),
                    ('is_active', models.BooleanField(default=True)),
                    ('federation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='schools', to='schools.federation')),
                ],
                options={
                    'ordering': ['name'],
                },
            ),
            migrations.CreateModel(
                name='PayRate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('grade', models.CharField(choices=[('ta2', 'Teaching assistant, level 2'), ('ta3', 'Teaching assistant, level 3'), ('hlta', 'Higher level teaching assistant'), ('teacher', 'Teacher'), ('leader', 'SENDCo or leader'), ('external', 'Outside professional')], max_length=8)),
                    ('hourly', models.DecimalField(decimal_places=2, max_digits=7, validators=[django.core.validators.MinValueValidator(0)])),
                    ('valid_from', models.DateField()),
                    ('source', models.CharField(blank=True, max_length=120)),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pay_rates', to='schools.school')),
                ],
                options={
                    'ordering': ['grade', '-valid_from'],
                    'constraints': [models.UniqueConstraint(fields=('school', 'grade', 'valid_from'), name='one_rate_a_grade_a_day')],
                },
            ),
            migrations.CreateModel(
                name='Closure',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('kind', models.CharField(choices=[('half_term', 'Half term'), ('inset', 'Staff training day'), ('bank_holiday', 'Bank holiday'), ('other', 'Closed')], max_length=12)),
                    ('label', models.CharField(max_length=60)),
                    ('starts', models.DateField()),
                    ('ends', models.DateField()),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='closures', to='schools.school')),
                ],
                options={
                    'ordering': ['starts'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends__gte', models.F('starts'))), name='closure_ends_after_it_starts')],
                },
            ),
            migrations.CreateModel(
                name='SchoolClass',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('academic_year', models.PositiveSmallIntegerField()),
                    ('name', models.CharField(max_length=40)),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='classes', to='schools.school')),
                ],
                options={
                    'verbose_name': 'class',
                    'ordering': ['name'],
                    'constraints': [models.UniqueConstraint(fields=('school', 'academic_year', 'name'), name='one_class_of_a_name_a_year')],
                },
            ),
            migrations.CreateModel(
                name='Term',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('academic_year', models.PositiveSmallIntegerField()),
                    ('name', models.CharField(choices=[('autumn', 'Autumn'), ('spring', 'Spring'), ('summer', 'Summer')], max_length=6)),
                    ('starts', models.DateField()),
                    ('ends', models.DateField()),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='schools.school')),
                ],
                options={
                    'ordering': ['starts'],
                    'constraints': [models.UniqueConstraint(fields=('school', 'academic_year', 'name'), name='one_term_of_a_name_a_year'), models.CheckConstraint(condition=models.Q(('ends__gte', models.F('starts'))), name='term_ends_after_it_starts')],
                },
            ),
        ]),
    ]

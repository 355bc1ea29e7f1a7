import django.db.models.deletion
import guardian.mixins
import sendco.core.clock
from django.conf import settings
from django.db import migrations, models

from sendco.core.operations import CreateModels


class Migration(migrations.Migration):

    replaces = [('accounts', '0001_initial'), ('accounts', '0002_digest_preference')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('schools', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('email', models.EmailField(max_length=254, unique=True)),
                    ('name', models.CharField(max_length=120)),
                    ('telephone', models.CharField(blank=True, max_length=30)),
                    ('is_active', models.BooleanField(default=True)),
                    ('is_staff', models.BooleanField(default=False)),
                    ('date_joined', models.DateTimeField(default=sendco.core.clock.now)),
                    ('theme', models.CharField(choices=[('auto', 'As my device'), ('light', 'Light'), ('dark', 'Dark'), ('contrast', 'High contrast')], default='auto', max_length=8)),
                    ('tint', models.CharField(choices=[('paper', 'Paper'), ('cream', 'Cream'), ('blue', 'Blue'), ('rose', 'Rose')], default='paper', max_length=5)),
                    ('spacing', models.CharField(choices=[('normal', 'Normal'), ('wide', 'Wide')], default='normal', max_length=6)),
                    ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                    ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                    ('wants_digest', models.BooleanField(default=True, verbose_name='e-mail me what is due, once a day')),
                ],
                options={
                    'ordering': ['name'],
                },
                bases=(guardian.mixins.GuardianUserMixin, models.Model),
            ),
            migrations.CreateModel(
                name='Membership',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('role', models.CharField(choices=[('sendco', 'SENDCo'), ('teacher', 'Teacher'), ('support', 'Teaching assistant'), ('admin_assistant', 'SEND admin assistant'), ('headteacher', 'Headteacher'), ('governor', 'Governor'), ('safeguarding', 'Safeguarding lead'), ('federation_lead', 'Federation lead'), ('system_admin', 'System administrator')], max_length=16)),
                    ('job_title', models.CharField(blank=True, max_length=80)),
                    ('grade', models.CharField(blank=True, choices=[('ta2', 'Teaching assistant, level 2'), ('ta3', 'Teaching assistant, level 3'), ('hlta', 'Higher level teaching assistant'), ('teacher', 'Teacher'), ('leader', 'SENDCo or leader'), ('external', 'Outside professional')], max_length=8)),
                    ('starts', models.DateField()),
                    ('ends', models.DateField(blank=True, null=True)),
                    ('classes', models.ManyToManyField(blank=True, related_name='teachers', to='schools.schoolclass')),
                    ('federation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='schools.federation')),
                    ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='schools.school')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ends__isnull', True)), fields=('user', 'school', 'role'), name='one_open_membership_a_role'), models.CheckConstraint(condition=models.Q(('ends__isnull', True), ('ends__gte', models.F('starts')), _connector='OR'), name='membership_ends_after_start'), models.CheckConstraint(condition=models.Q(('role__in', ['federation_lead', 'system_admin']), ('school__isnull', False), _connector='OR'), name='membership_has_a_school')],
                },
            ),
        ]),
    ]

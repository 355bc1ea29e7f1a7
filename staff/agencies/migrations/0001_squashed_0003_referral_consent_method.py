import django.db.models.deletion
import sendco.core.clock
from django.conf import settings
from django.db import migrations, models

from sendco.core.operations import CreateModels


class Migration(migrations.Migration):

    replaces = [('agencies', '0001_initial'), ('agencies', '0002_initial'), ('agencies', '0003_referral_consent_method')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('pupils', '0001_initial'),
        ('schools', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Agency',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('name', models.CharField(max_length=120)),
                    ('kind', models.CharField(choices=[('ep', 'Educational psychology'), ('salt', 'Speech and language therapy'), ('ot', 'Occupational therapy'), ('physio', 'Physiotherapy'), ('camhs', 'Child mental health'), ('paediatrics', 'Community paediatrics'), ('sensory', 'Hearing and vision team'), ('autism', 'Autism or behaviour outreach'), ('social', 'Social care or early help'), ('nurse', 'School nurse or health visitor'), ('la_send', 'Local authority SEND team'), ('other', 'Other')], max_length=12)),
                    ('email', models.EmailField(blank=True, max_length=254)),
                    ('telephone', models.CharField(blank=True, max_length=30)),
                    ('website', models.URLField(blank=True)),
                    ('chase_after', models.PositiveSmallIntegerField(default=10)),
                    ('is_archived', models.BooleanField(default=False)),
                    ('federation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agencies', to='schools.federation')),
                ],
                options={
                    'verbose_name_plural': 'agencies',
                    'ordering': ['name'],
                    'constraints': [models.UniqueConstraint(fields=('federation', 'name'), name='one_agency_of_a_name')],
                },
            ),
            migrations.CreateModel(
                name='Professional',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('name', models.CharField(max_length=120)),
                    ('job_title', models.CharField(blank=True, max_length=80)),
                    ('email', models.EmailField(blank=True, max_length=254)),
                    ('telephone', models.CharField(blank=True, max_length=30)),
                    ('agency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='professionals', to='agencies.agency')),
                ],
                options={
                    'ordering': ['name'],
                },
            ),
            migrations.CreateModel(
                name='Referral',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('state', models.CharField(choices=[('draft', 'Draft'), ('sent', 'Sent'), ('acknowledged', 'Acknowledged'), ('returned', 'Returned for information'), ('waiting', 'Accepted, waiting'), ('declined', 'Declined'), ('seen', 'Seen'), ('reported', 'Report received'), ('closed', 'Closed')], default='draft', max_length=12)),
                    ('reason', models.TextField()),
                    ('consent_by', models.CharField(blank=True, max_length=120)),
                    ('consent_on', models.DateField(blank=True, null=True)),
                    ('sent_on', models.DateField(blank=True, null=True)),
                    ('next_step', models.CharField(blank=True, max_length=200)),
                    ('next_step_on', models.DateField(blank=True, null=True)),
                    ('closed_on', models.DateField(blank=True, null=True)),
                    ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='agencies.agency')),
                    ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='referrals', to=settings.AUTH_USER_MODEL)),
                    ('professional', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='referrals', to='agencies.professional')),
                    ('pupil', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='referrals', to='pupils.pupil')),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school')),
                    ('consent_how', models.CharField(blank=True, choices=[('form', 'Signed form'), ('letter', 'Letter or e-mail'), ('meeting', 'In a meeting, and noted'), ('telephone', 'By telephone, and noted')], max_length=10)),
                ],
                options={
                    'ordering': ['-pk'],
                    'indexes': [models.Index(fields=['school', 'state', 'next_step_on'], name='referrals_of_a_school')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('sent_on__isnull', False), ('consent_on__isnull', False)), _connector='OR'), name='sent_with_consent'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), ('closed_on__isnull', False)), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_on__isnull', True)), _connector='OR'), name='referral_closed_with_a_date')],
                },
            ),
            migrations.CreateModel(
                name='ReferralEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('on', models.DateField()),
                    ('state', models.CharField(choices=[('draft', 'Draft'), ('sent', 'Sent'), ('acknowledged', 'Acknowledged'), ('returned', 'Returned for information'), ('waiting', 'Accepted, waiting'), ('declined', 'Declined'), ('seen', 'Seen'), ('reported', 'Report received'), ('closed', 'Closed')], max_length=12)),
                    ('text', models.CharField(max_length=300)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('referral', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='agencies.referral')),
                ],
                options={
                    'ordering': ['-on', '-pk'],
                },
            ),
        ]),
    ]

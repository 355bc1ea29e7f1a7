import django.db.models.deletion
import sendco.core.clock
from django.conf import settings
from django.db import migrations, models

from sendco.core.operations import CreateModels


class Migration(migrations.Migration):

    replaces = [('notifications', '0001_initial'), ('notifications', '0002_notification_is_reminder')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('schools', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='OutgoingEmail',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('dedupe_key', models.CharField(max_length=160, unique=True)),
                    ('kind', models.CharField(max_length=40)),
                    ('to_email', models.EmailField(max_length=254)),
                    ('subject', models.CharField(max_length=150)),
                    ('text', models.TextField()),
                    ('html', models.TextField(blank=True)),
                    ('attachments', models.JSONField(blank=True, default=list)),
                    ('reply_to', models.EmailField(blank=True, max_length=254)),
                    ('message_id', models.CharField(max_length=120)),
                    ('state', models.CharField(choices=[('queued', 'Waiting to be sent'), ('sending', 'Being sent'), ('sent', 'Sent'), ('failed', 'Could not be sent')], default='queued', max_length=8)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('due_at', models.DateTimeField(default=sendco.core.clock.now)),
                    ('claimed_at', models.DateTimeField(blank=True, null=True)),
                    ('sent_at', models.DateTimeField(blank=True, null=True)),
                    ('last_error', models.CharField(blank=True, max_length=200)),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now)),
                    ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.school')),
                    ('to_user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['pk'],
                    'indexes': [models.Index(fields=['state', 'due_at'], name='emails_to_send')],
                },
            ),
            migrations.CreateModel(
                name='Notification',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(max_length=40)),
                    ('subject_key', models.CharField(max_length=80)),
                    ('due_on', models.DateField()),
                    ('text', models.CharField(max_length=200)),
                    ('path', models.CharField(max_length=200)),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now)),
                    ('read_at', models.DateTimeField(blank=True, null=True)),
                    ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                    ('school', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.school')),
                    ('email', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notifications', to='notifications.outgoingemail')),
                    ('is_reminder', models.BooleanField(default=False)),
                ],
                options={
                    'ordering': ['-created_at', '-pk'],
                    'indexes': [models.Index(fields=['recipient', '-created_at'], name='notices_of_a_person'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['recipient'], name='unread_notices')],
                    'constraints': [models.UniqueConstraint(fields=('recipient', 'kind', 'subject_key', 'due_on'), name='one_notice_a_person_subject_and_day')],
                },
            ),
        ]),
    ]

import django.db.models.deletion
import sendco.core.clock
from django.conf import settings
from django.db import migrations, models

from sendco.core.operations import CreateModels


class Migration(migrations.Migration):

    replaces = [('deployment', '0001_initial'), ('deployment', '0002_initial')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('provision', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Cover',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(default=sendco.core.clock.now, editable=False)),
                    ('updated_at', models.DateTimeField(auto_now=True)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('changed_by_name', models.CharField(blank=True, editable=False, max_length=120)),
                    ('state', models.CharField(choices=[('asked', 'Asked'), ('agreed', 'Agreed'), ('declined', 'Declined')], default='asked', max_length=8)),
                    ('asked', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='covers', to=settings.AUTH_USER_MODEL)),
                    ('instead_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='covers', to='provision.session')),
                ],
                options={
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('session', 'asked'), name='asked_once_to_cover_a_session')],
                },
            ),
        ]),
    ]

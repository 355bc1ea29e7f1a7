"""5 to 10 is what a federation may choose; a row outside comes to the nearer end."""

import django.core.validators
from django.db import migrations, models


def bring_into_range(apps, schema_editor):
    federations = apps.get_model("schools", "Federation").objects
    federations.filter(small_number_threshold__lt=5).update(small_number_threshold=5)
    federations.filter(small_number_threshold__gt=10).update(small_number_threshold=10)


class Migration(migrations.Migration):
    dependencies = [("schools", "0001_initial")]

    operations = [
        migrations.RunPython(bring_into_range, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="federation",
            name="small_number_threshold",
            field=models.PositiveSmallIntegerField(
                default=5,
                help_text="Counts from 1 to this number are not shown in reports to governors.",
                validators=[
                    django.core.validators.MinValueValidator(5),
                    django.core.validators.MaxValueValidator(10),
                ],
            ),
        ),
    ]

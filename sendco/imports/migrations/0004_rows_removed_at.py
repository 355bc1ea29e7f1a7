from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0003_imports_in_steps")]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="rows_removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]

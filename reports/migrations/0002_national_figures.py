from django.db import migrations

from reports.seeds import load_national_figures


def load(apps, schema_editor):
    load_national_figures(apps.get_model("reports", "NationalFigure"))


def remove(apps, schema_editor):
    apps.get_model("reports", "NationalFigure").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [migrations.RunPython(load, remove)]

from django.db import migrations

from pupils.seeds import load_codes, load_instruments


def load(apps, schema_editor):
    load_codes(apps.get_model("pupils", "ReferenceCode"))
    load_instruments(apps.get_model("pupils", "Instrument"))


def remove(apps, schema_editor):
    apps.get_model("pupils", "ReferenceCode").objects.all().delete()
    apps.get_model("pupils", "Instrument").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("pupils", "0001_initial")]
    operations = [migrations.RunPython(load, remove)]

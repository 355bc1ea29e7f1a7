from django.db import migrations

from provision.seeds import load_catalogue, load_tiers


def load(apps, schema_editor):
    tier = apps.get_model("provision", "Tier")
    load_tiers(tier)
    load_catalogue(apps.get_model("provision", "Intervention"), tier, apps.get_model("pupils", "Instrument"))


def remove(apps, schema_editor):
    apps.get_model("provision", "Intervention").objects.filter(federation=None).delete()
    apps.get_model("provision", "Tier").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("provision", "0002_initial"), ("pupils", "0002_codes_and_instruments")]
    operations = [migrations.RunPython(load, remove)]

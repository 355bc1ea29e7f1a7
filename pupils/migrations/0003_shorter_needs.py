from django.db import migrations

from pupils.seeds import load_codes


def load(apps, schema_editor):
    load_codes(apps.get_model("pupils", "ReferenceCode"))


class Migration(migrations.Migration):
    """The code lists again, since some short labels have become shorter. The way back keeps them: they are only words."""

    dependencies = [("pupils", "0002_codes_and_instruments")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

"""Several models made at once: the same picture as one after the other, and the same way back."""

import pytest
from django.db import models
from django.db.migrations import CreateModel
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter

from sendco.core.operations import CreateModels

pytestmark = pytest.mark.unit


def two() -> list[CreateModel]:
    mark = models.ForeignKey("core.shelf", models.CASCADE, related_name="books")
    return [
        CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=9))]),
        CreateModel("Book", [("id", models.BigAutoField(primary_key=True)), ("shelf", mark)]),
    ]


class Editor:
    """Notes what would be made and removed."""

    class connection:
        alias = "default"

    def __init__(self):
        self.done = []

    def create_model(self, model):
        self.done.append(f"+{model.__name__}")

    def delete_model(self, model):
        self.done.append(f"-{model.__name__}")


def test_the_picture_is_that_of_single_steps():
    at_once, single = ProjectState(), ProjectState()
    assert at_once.apps.get_models() == []  # drawn before, so that it has to be drawn anew

    CreateModels(two()).state_forwards("core", at_once)
    for creation in two():
        creation.state_forwards("core", single)

    assert at_once == single
    shelf = at_once.apps.get_model("core", "Shelf")
    assert [relation.name for relation in shelf._meta.related_objects] == ["books"]


def test_tables_are_made_in_order_and_removed_in_reverse():
    step, before, after, editor = CreateModels(two()), ProjectState(), ProjectState(), Editor()
    step.state_forwards("core", after)

    step.database_forwards("core", editor, before, after)
    step.database_backwards("core", editor, after, before)

    assert editor.done == ["+Shelf", "+Book", "-Book", "-Shelf"]


def test_it_can_be_written_and_told():
    step = CreateModels(two())
    written, imports = MigrationWriter.serialize(step)

    assert written.startswith("sendco.core.operations.CreateModels(\n    creations=[\n        migrations.CreateModel(")
    assert "import sendco.core.operations" in imports
    assert step.describe() == "Create models Shelf, Book"

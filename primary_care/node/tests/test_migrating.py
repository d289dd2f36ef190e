"""A migration and the note that it was done are one."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from primary_care.node.migrating import WholeMigrations


class Cut(Exception):
    """The process ends here."""


@pytest.mark.django_db
def test_what_could_not_be_noted_was_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    one = migrations.Migration("0001", "cut_off")
    name = models.CharField(max_length=9, db_index=True)  # whose index Django leaves for the end
    one.operations = [migrations.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True)), ("name", name)])]

    def cut(*_: object) -> None:
        raise Cut

    executor = WholeMigrations(connection)
    monkeypatch.setattr(executor, "record_migration", cut)
    with pytest.raises(Cut):
        executor.apply_migration(ProjectState(), one)
    assert "cut_off_thing" not in connection.introspection.table_names()

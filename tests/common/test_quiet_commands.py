"""A command says what it did, and nothing beside it: a warning at every command is a warning nobody reads."""

import pytest
from django.core import checks


@pytest.mark.django_db
def test_no_check_of_any_command_warns_on_this_database():
    found = [message for message in checks.run_checks(databases=["default"]) if not message.is_silenced()]
    assert found == []

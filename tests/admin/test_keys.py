"""Keys are changed while values stay readable; afterwards the old key opens nothing."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from matchmaker import cli, operating
from matchmaker.access import PLATFORM
from matchmaker.accounts.queries import user_with_address
from matchmaker.admin import keys
from matchmaker.audit import broken_links, record
from matchmaker.extensions import db
from matchmaker.models import AuditText, Municipality, Need
from matchmaker.models.encrypted import KeyRing, WrongKey, use_keys
from matchmaker.models.key_check import check_key, database_secret
from tests.factories import make_municipality, make_need, make_user
from tests.harness.apps import KEYS

pytestmark = [pytest.mark.control(2), pytest.mark.asvs("11.3.1")]
OLD, NEW = KEYS["FIELD_KEY"], "new-key-of-the-tests-" + "y" * 32


@pytest.fixture(autouse=True)
def own_keys_again():
    """Put the keys of the tests back."""
    yield
    use_keys([OLD])


@pytest.fixture
def session(each_app):
    """Give a database with something in every sealed column that the factories fill."""
    with each_app.app_context():
        session = db.session()
        make_municipality(session, name="Sealed", contact_email="office@town.example")
        make_user(session, email="person@town.example")
        make_need(session, description="Words", veto_names=["Feindstadt"])
        record(session, PLATFORM, "need.returned", "need", "1", text="Why")
        session.commit()
        yield session
        session.rollback()


def read_all(session):
    """Open what the fixture sealed."""
    session.expire_all()
    town = session.scalars(select(Municipality).where(Municipality.name == "Sealed")).one()
    need = session.scalars(select(Need)).one()
    person = user_with_address(session, "person@town.example")
    return (
        town.contact_email,
        need.description,
        need.veto_names,
        person.email,
        session.scalars(select(AuditText.text)).one(),
        database_secret(session),
    )


def test_afterwards_the_new_key_alone_opens_all_and_the_old_one_nothing(session):
    before = read_all(session)
    use_keys([NEW, OLD])
    assert read_all(session) == before
    assert keys.rotate(session) >= 6
    new = use_keys([NEW])
    check_key(session)
    assert read_all(session) == before
    assert set(keys.seals_by_key(session)) == {new.current}
    assert list(keys.foreign_seals(session)) == []
    assert list(broken_links(session)) == []
    use_keys([OLD])
    with pytest.raises(WrongKey):
        read_all(session)


def test_change_that_was_ended_goes_on_where_it_was(session, monkeypatch):
    before = read_all(session)
    use_keys([NEW, OLD])
    monkeypatch.setattr(keys, "BATCH", 1)
    columns = keys.sealed_columns()
    contact = next(column for column in columns if column.name == "contact_email")
    assert keys._rotate_batch(session, contact) == 1
    first = keys.seals_by_key(session)
    assert len(first) == 2
    assert read_all(session) == before
    assert keys.rotate(session) == first[KeyRing([OLD]).current]
    assert keys.rotate(session) == 0


def test_start_without_the_old_key_is_refused_until_all_is_done(session):
    use_keys([NEW, OLD])
    for column in keys.sealed_columns()[:-1]:
        while keys._rotate_batch(session, column):
            pass
    use_keys([NEW])
    with pytest.raises(WrongKey):
        check_key(session)


def test_value_that_opens_with_no_key_is_named_and_ends_the_change(session):
    use_keys([NEW])
    assert any("municipality.contact_email: 1" in line for line in keys.foreign_seals(session))
    with pytest.raises(WrongKey):
        keys.rotate(session)


def test_command_changes_the_keys(each_app, session, monkeypatch):
    monkeypatch.setattr(operating, "open_app", lambda: each_app)
    use_keys([NEW, OLD])
    answer = CliRunner().invoke(cli.main, ["rotate-keys"])
    assert answer.exit_code == 0
    assert "MATCHMAKER_FIELD_KEYS_OLD" in answer.output
    assert OLD not in answer.output
    assert set(keys.seals_by_key(session)) == {use_keys([NEW]).current}

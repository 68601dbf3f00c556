"""What is personal is ciphertext in the tables, and still found by whoever holds a key."""

from hashlib import sha256

import flask_migrate
import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from matchmaker.accounts.queries import user_with_address
from matchmaker.admin.database import upgrade_database
from matchmaker.extensions import db
from matchmaker.models import (
    Base,
    KeyCheck,
    Municipality,
    Need,
    Round,
    User,
    WebAuthn,
    now,
)
from matchmaker.models.encrypted import Sealed, WrongKey, use_keys
from matchmaker.models.key_check import check_key
from matchmaker.receipts.queries import subject_of
from matchmaker.receipts.service import give_receipt
from tests.factories import (
    actor_of,
    make_municipality,
    make_need,
    make_requester,
    make_round,
    make_user,
)
from tests.harness.apps import KEYS

pytestmark = pytest.mark.control(2)
OTHER = "another-key-of-the-tests-" + "y" * 32


@pytest.fixture(autouse=True)
def own_keys_again():
    """Put the keys of the tests back."""
    yield
    use_keys([KEYS["FIELD_KEY"]])


@pytest.fixture
def session(each_app):
    """Give a session on each of the two databases."""
    with each_app.app_context():
        yield db.session()
        db.session.rollback()


def stored(session, query):
    """Return what really stands in the database."""
    return session.execute(text(query)).scalar()


@pytest.mark.asvs("11.3.1", "14.2.8")
def test_contact_is_ciphertext_in_the_table(session):
    town = make_municipality(session, contact_email="office@town.example", contact_phone="+38050")
    assert "office" not in stored(session, "SELECT contact_email FROM municipality")
    assert "38050" not in stored(session, "SELECT contact_phone FROM municipality")
    session.expire(town)
    assert (town.contact_email, town.contact_phone) == ("office@town.example", "+38050")


def test_secret_veto_is_ciphertext_in_the_table(session):
    need = make_need(session, veto_names=["Feindstadt"])
    assert "Feindstadt" not in str(stored(session, "SELECT veto_names FROM need"))
    session.expire(need)
    assert need.veto_names == ["Feindstadt"]


def test_countries_that_were_ruled_out_are_ciphertext_in_the_table(session):
    need = make_need(session, veto_countries=["XK"])
    assert "XK" not in str(stored(session, "SELECT veto_countries FROM need"))
    session.expire(need)
    assert need.veto_countries == ["XK"]


def test_input_of_a_round_is_ciphertext_in_the_table(session):
    round_ = make_round(session, snapshot='{"needs":[]}')
    assert "needs" not in stored(session, "SELECT snapshot FROM round")
    session.expire(round_)
    assert round_.snapshot == '{"needs":[]}'


def test_name_of_a_security_key_is_ciphertext_in_the_table(session):
    key = make_key(session, "Key of Olena")
    assert "Olena" not in stored(session, "SELECT name FROM webauthn")
    session.expire(key)
    assert key.name == "Key of Olena"


def test_code_of_a_receipt_is_found_and_no_digest_of_it_is_kept(session):
    member = make_requester(session)
    need = make_need(session, member)
    code = give_receipt(session, actor_of(member), need).code
    row = str(session.execute(text("SELECT * FROM receipt")).one())
    for plain in (code, sha256(f"receipt:{code}".encode()).hexdigest()):
        assert plain not in row
    assert subject_of(session, code) is need


def test_receipt_is_found_while_keys_are_changed(session):
    member = make_requester(session)
    need = make_need(session, member)
    code = give_receipt(session, actor_of(member), need).code
    use_keys([OTHER, KEYS["FIELD_KEY"]])
    assert subject_of(session, code) is need


def make_key(session, name):
    """Make a security key of somebody."""
    more = {"device_type": "", "backup_state": False, "usage": "secondary"}
    key = WebAuthn(
        user_id=make_user(session).id,
        credential_id=b"1",
        public_key=b"1",
        name=name,
        lastuse_datetime=now(),
        **more,
    )
    session.add(key)
    session.flush()
    return key


@pytest.mark.parametrize(
    "typed", ["person@town.example", "PERSON@Town.Example", " Person@TOWN.example"]
)
def test_person_is_found_however_the_address_is_typed(session, typed):
    user = make_user(session, email="Person@town.example")
    assert "person" not in stored(session, "SELECT email FROM user_account")
    assert user_with_address(session, typed) is user
    assert session.scalars(select(User).where(User.email.in_(["x@y.example", typed]))).one() is user


def test_other_address_is_not_found(session):
    make_user(session, email="person@town.example")
    assert user_with_address(session, "other@town.example") is None
    assert session.scalars(select(User).where(User.email != "person@town.example")).all() == []


def test_address_is_taken_once(session):
    make_user(session, email="person@town.example")
    with pytest.raises(IntegrityError):
        make_user(session, email="PERSON@town.example")


def test_person_is_found_while_keys_are_changed(session):
    user = make_user(session, email="person@town.example")
    use_keys([OTHER, KEYS["FIELD_KEY"]])
    assert user_with_address(session, "person@town.example") is user


def test_wrong_key_is_told_before_anything_is_read(session):
    check_key(session)
    use_keys([OTHER])
    with pytest.raises(WrongKey):
        check_key(session)
    with pytest.raises(WrongKey):
        upgrade_database()


def test_key_is_checked_by_one_row_that_stays(session):
    before = session.scalars(select(KeyCheck.secret)).one()
    upgrade_database()
    assert session.scalars(select(KeyCheck.secret)).one() == before


def test_rows_from_before_are_sealed_and_opened_again(session):
    town = make_municipality(session, contact_role="Desk", contact_email="o@t.example")
    user, need = make_user(session, email="p@t.example"), make_need(session, veto_names=["Q"])
    ids = town.id, user.id, need.id
    session.commit()
    db.session.remove()
    flask_migrate.downgrade(revision="005")
    with db.engine.connect() as connection:
        plain = connection.execute(
            text("SELECT contact_role, contact_email FROM municipality WHERE id = :id"),
            {"id": ids[0]},
        ).one()
        addresses = connection.execute(text("SELECT email FROM user_account")).scalars().all()
    assert plain == ("Desk", "o@t.example")
    assert "p@t.example" in addresses
    flask_migrate.upgrade()
    session = db.session()
    town, user, need = map(session.get_one, (Municipality, User, Need), ids)
    assert (town.contact_role, town.contact_email) == ("Desk", "o@t.example")
    assert (user.email, need.veto_names) == ("p@t.example", ["Q"])
    assert user_with_address(session, "P@t.example") is user
    sealed = "SELECT contact_email FROM municipality WHERE contact_email IS NOT NULL"
    assert "o@t" not in stored(session, sealed)


def test_vetoes_inputs_keys_and_receipts_from_before_are_sealed_and_opened_again(session):
    town, member = make_municipality(session, name="Feindstadt"), make_requester(session)
    need = make_need(session, member, veto_names=["feindstadt"], veto_countries=["XK"])
    round_, key = make_round(session, snapshot="{}"), make_key(session, "Blue key")
    code = give_receipt(session, actor_of(member), need).code
    ids, town_id = (need.id, round_.id, key.id), town.public_id
    session.commit()
    db.session.remove()
    flask_migrate.downgrade(revision="013")
    with db.engine.connect() as connection:
        row = connection.execute(text("SELECT veto_municipalities, veto_countries FROM need"))
        before = str(row.one())
        snapshot = connection.execute(text("SELECT snapshot FROM round")).scalar()
        name = connection.execute(text("SELECT name FROM webauthn")).scalar()
        digest = connection.execute(text("SELECT code_digest FROM receipt")).scalar()
    assert town_id in before
    assert "XK" in before
    assert (snapshot, name) == ("{}", "Blue key")
    assert digest == sha256(f"receipt:{code}".encode()).hexdigest()
    flask_migrate.upgrade()
    session = db.session()
    need, round_, key = map(session.get_one, (Need, Round, WebAuthn), ids)
    assert (need.veto_countries, round_.snapshot, key.name) == (["XK"], "{}", "Blue key")
    assert subject_of(session, code) is need
    assert "XK" not in str(stored(session, "SELECT veto_countries FROM need"))
    assert stored(session, "SELECT snapshot FROM round") != "{}"
    assert stored(session, "SELECT name FROM webauthn") != "Blue key"


def test_every_sealed_column_names_its_own_place():
    wrong = [
        f"{column.table.name}.{column.name} says {column.type.place}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Sealed)
        and column.type.place != f"{column.table.name}.{column.name}"
    ]
    assert wrong == []


def test_no_check_is_lost_by_a_migration(session):
    lost = []
    for table in Base.metadata.tables.values():
        there = {
            row["name"] for row in inspect(session.connection()).get_check_constraints(table.name)
        }
        asked = {c.name for c in table.constraints if type(c).__name__ == "CheckConstraint"}
        lost += sorted(f"{table.name}: {name}" for name in asked - there)
    assert lost == []

"""What the administrator finds at home: what waits, how the site is, and the pages by use."""

from datetime import timedelta
from pathlib import Path

import pytest

from matchmaker.admin import stamps
from matchmaker.models import Notice, now
from tests.factories import make_administrator, make_association, make_coordinator, make_user


@pytest.fixture
def member(session):
    """Give an administrator with a second factor, in an association with a coordinator."""
    member = make_administrator(session)
    other = make_coordinator(session, member.association)
    for person in (member.user, other.user):
        person.tf_primary_method, person.tf_totp_secret = "authenticator", "sealed"
    return member


@pytest.fixture
def home(session, client_for, member):
    """Give a way to read the home page."""

    def read():
        session.commit()
        return client_for(member).get("/home").text

    return read


def test_nothing_waits_where_all_is_well(home):
    assert "Nothing waits for you now" in home()


def test_staff_without_second_factor_waits_and_leads_to_the_list(session, home):
    make_coordinator(session)
    assert "1 coordinator or administrator has no second factor" in home()
    assert "/admin/users?lacks=factor" in home()


def test_association_without_a_coordinator_waits(session, home):
    make_association(session)
    assert "1 association has no coordinator" in home()


@pytest.mark.parametrize(
    "values",
    [
        {"due_at": now() - timedelta(hours=7)},
        {"due_at": now() + timedelta(hours=1), "attempts": 3},
        {"due_at": now(), "status": "given_up"},
    ],
)
def test_mail_that_does_not_go_out_waits(session, home, values):
    session.add(Notice(user_id=make_user(session).id, kind="message", **values))
    assert "1 mail does not go out" in home()


def test_mail_that_is_to_go_soon_does_not_wait(session, home):
    session.add(Notice(user_id=make_user(session).id, kind="message", due_at=now()))
    assert "not go out" not in home()


def test_what_never_ran_is_not_known(home):
    page = home()
    assert page.count("Not known") == 2
    assert page.count("Look into it") == 2


def test_check_that_ran_today_is_told(app, home, client_for, member, session):
    session.commit()
    client_for(member).get("/admin/check")
    assert "all agrees" in home()
    assert home().count("Look into it") == 1


def test_check_that_found_something_is_told(app, home):
    stamps.note(Path(app.instance_path), stamps.CHECK, wrong=2)
    assert "something does not agree" in home()


def test_old_backup_is_to_be_looked_into(app, home):
    folder = Path(app.instance_path)
    stamps.note(folder, stamps.BACKUP)
    assert home().count("Look into it") == 1
    old = (now() - timedelta(days=3)).isoformat()
    (folder / stamps.BACKUP).write_text(f'{{"at": "{old}", "wrong": 0}}')
    assert home().count("Look into it") == 2


def test_note_that_cannot_be_read_or_written_stops_nothing(app, home, tmp_path):
    (Path(app.instance_path) / stamps.CHECK).write_text("no note")
    assert "Not known" in home()
    stamps.note(tmp_path / "absent", stamps.CHECK)
    assert stamps.last(tmp_path / "absent", stamps.CHECK) is None


def test_pages_are_linked_in_the_order_of_use(home):
    page = home().partition("Your pages")[2]
    order = [page.index(f'"/admin/{name}"') for name in ("users", "memberships", "associations")]
    assert order == sorted(order)

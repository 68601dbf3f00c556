"""Accounts and memberships are found by an address, a part of one, or the organisation."""

import re

import pytest

from tests.factories import (
    make_administrator,
    make_association,
    make_coordinator,
    make_municipality,
    make_requester,
    make_user,
)


@pytest.fixture
def admin(session, client_for):
    member = make_administrator(session)
    session.commit()
    return client_for(member)


@pytest.fixture
def person(session):
    """Give an official of a town with names in two scripts."""
    town = make_municipality(session, name="Zelenivka", local_name="Зеленівка")
    member = make_requester(session, town, user=make_user(session, email="desk@zelen.example"))
    make_coordinator(session, make_association(session, name="Union of Rivers"))
    session.commit()
    return member


def found(admin, listed, **asked):
    """Return the addresses that a list shows for a search."""
    text = admin.get(f"/admin/{listed}", query_string=asked).text
    body = text.partition("<tbody")[2].partition("</tbody")[0]
    return set(re.findall(r'scope="row"[^>]*><bdi>([^<]+)<', body))


@pytest.mark.parametrize("page", ["users", "memberships"])
@pytest.mark.parametrize("asked", ["desk@zelen.example", "DESK@Zelen.example", "zelen.ex", "desk@"])
def test_person_is_found_by_the_address_and_by_a_part_of_it(admin, person, page, asked):
    assert found(admin, page, q=asked) == {"desk@zelen.example"}


@pytest.mark.parametrize("page", ["users", "memberships"])
@pytest.mark.parametrize("asked", ["zelenivka", "ЗЕЛЕН"])
def test_person_is_found_by_the_organisation_in_each_script(admin, person, page, asked):
    assert found(admin, page, q=asked) == {"desk@zelen.example"}


def test_association_is_found_too(admin, person):
    assert len(found(admin, "memberships", q="rivers")) == 1


def test_municipality_that_hides_is_not_found_by_its_name(admin, session, person):
    person.municipality.hidden = True
    session.commit()
    assert found(admin, "users", q="zelenivka") == set()


@pytest.mark.parametrize("page", ["users", "memberships"])
def test_search_that_finds_nobody_says_so_and_keeps_what_was_typed(admin, page):
    text = admin.get(f"/admin/{page}?q=nobody-here").text
    assert "Nobody is found" in text and 'value="nobody-here"' in text


def test_search_stands_in_the_address_of_the_next_page(admin, session):
    for number in range(30):
        make_user(session, email=f"many{number}@example.test")
    make_user(session, email="other@example.test")
    session.commit()
    text = admin.get("/admin/users?q=many").text
    assert re.search(r"/admin/users\?[^\"]*q=many[^\"]*page=2", text.replace("&amp;", "&"))
    assert len(found(admin, "users", q="many")) == 25
    assert len(found(admin, "users", q="many", page="2")) == 5


def test_staff_without_second_factor_is_listed(admin, session):
    lacking = make_coordinator(session)
    safe = make_coordinator(session)
    safe.user.tf_primary_method, safe.user.tf_totp_secret = "authenticator", "sealed"
    make_requester(session)
    session.commit()
    shown = found(admin, "users", lacks="factor")
    assert lacking.user.email in shown and safe.user.email not in shown
    assert len(shown) == 2  # the administrator too

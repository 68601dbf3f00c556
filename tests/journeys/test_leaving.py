"""The quick exit in a browser: by its button, and by a key pressed three times."""

import pytest

from tests.factories import make_requester
from tests.journeys.people import sign_in, with_password

pytestmark = pytest.mark.browser
with_script = pytest.mark.parametrize("new_window", ["desktop with script"], indirect=True)


@pytest.fixture
def window(new_window, site):
    from matchmaker.extensions import db

    with site.app.app_context():
        member = with_password(make_requester(db.session()))
        db.session.commit()
        email = member.user.email
        db.session.remove()
    page = new_window()
    sign_in(page, site.address, email)
    page.goto(f"{site.address}/needs")
    return page


@pytest.mark.control(23)
def test_button_leaves_and_the_way_back_shows_nothing(window, site):
    window.get_by_role("button", name="Leave this page now").click()
    window.wait_for_url("**/blank")
    assert window.content().count("Tandem") == 0
    window.goto(f"{site.address}/home")
    assert "/login" in window.url


@pytest.mark.parametrize("key", ["Shift", "Escape"])
@with_script
def test_key_pressed_three_times_leaves_and_takes_the_page_out_of_the_history(window, site, key):
    for _ in range(3):
        window.keyboard.press(key)
    window.wait_for_url("**/blank")
    window.go_back()
    assert "/needs" not in window.url


@with_script
def test_capital_letters_do_not_leave(window, site):
    window.goto(f"{site.address}/account")
    for _ in range(4):
        window.keyboard.press("Shift+A")
    assert window.url.endswith("/account")

"""Where an answer leads: never off this site, whatever a form or an address says."""

from urllib.parse import quote, urlsplit

import pytest

from tests.factories import PASSWORD
from tests.security.payloads import LINKS

pytestmark = pytest.mark.asvs("3.7.2", "1.2.2")


def leaves(location: str) -> bool:
    """Tell whether a browser would leave the site: it drops tabs and line ends, takes \\ for /."""
    seen = "".join(c for c in location if c not in "\t\r\n").strip().replace("\\", "/")
    try:
        parts = urlsplit(seen)
    except ValueError:
        return True
    return (
        seen.startswith("//")
        or (parts.netloc or "localhost") != "localhost"
        or parts.scheme not in ("", "http", "https")
    )


@pytest.mark.parametrize("target", LINKS)
def test_language_switch_stays_on_the_site(client, target):
    answer = client.post("/language", {"next": target, "switch_language": "en"})
    # what is no address at all is refused
    assert answer.status_code in (302, 303, 400)
    assert answer.status_code == 400 or not leaves(answer.headers["Location"])


def test_sign_in_stays_on_the_site(scene, app, client_for):
    from matchmaker.extensions import db
    from matchmaker.models import User

    with app.app_context():
        email = db.session.get(User, scene.people["helper"].user_id).email
    for target in LINKS[::4]:
        client = client_for()
        fields = {"email": email, "password": PASSWORD, "next": target}
        answer = client.post(f"/login?next={quote(target, safe='')}", fields)
        assert answer.status_code in (200, 302, 303, 400, 422), target
        assert not leaves(answer.headers.get("Location", "/")), target

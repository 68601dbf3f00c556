"""Privacy, accessibility and terms, for everybody."""

import pytest

from matchmaker.models import LegalText
from matchmaker.retention import KINDS


@pytest.mark.parametrize("path", ["/privacy", "/accessibility", "/terms"])
def test_page_is_open_to_everybody_and_linked_from_each_page(client, path):
    assert client.get(path).status_code == 200
    assert f'href="{path}"' in client.get("/login").text


@pytest.mark.asvs("14.2.7")
def test_privacy_page_lists_each_kind_of_data_with_its_time(client):
    page = client.get("/privacy").text
    for kind in KINDS.values():
        assert kind.what in page
        assert kind.days is None or f"{kind.days} day" in page


@pytest.mark.parametrize("kind", ["privacy", "accessibility", "terms"])
def test_words_of_the_administrator_stand_in_place_of_the_built_in_ones(session, client, kind):
    session.add(LegalText(kind=kind, locale="en", text="First.\n\nSecond <b>.", version=1))
    session.commit()
    page = client.get(f"/{kind}").text
    assert "First." in page and "Second &lt;b&gt;." in page
    assert ("How long" in page) == (kind == "privacy")
    assert "At least five towns" not in page and "What we promise" not in page

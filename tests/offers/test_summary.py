"""The lines in which an offer is read again."""

import pytest
from flask_babel import force_locale

from matchmaker.offers.summary import _times


@pytest.mark.parametrize(
    ("locale", "times", "said"),
    [
        ("en", 1, ": 1 time"),
        ("en", 3, ": 3 times"),
        ("uk", 1, ": 1 раз"),
        ("uk", 3, ": 3 рази"),
        ("uk", 5, ": 5 разів"),
    ],
)
def test_how_often_it_was_done_has_the_number_of_the_language(app, locale, times, said):
    with app.test_request_context(), force_locale(locale):
        assert _times("project.service", times).endswith(said)

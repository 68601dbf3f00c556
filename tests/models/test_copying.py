"""A copy takes over everything but what is named."""

from datetime import date

import pytest

from matchmaker.models.copying import next_season


@pytest.mark.parametrize(
    ("start", "end", "moved"),
    [
        (date(2025, 3, 1), date(2025, 9, 1), (date(2027, 3, 1), date(2027, 9, 1))),
        (date(2026, 11, 25), date(2027, 2, 1), (date(2027, 11, 25), date(2028, 2, 1))),
        (date(2024, 2, 29), date(2024, 5, 1), (date(2027, 2, 28), date(2027, 5, 1))),
        (date(2027, 1, 1), date(2027, 5, 1), (date(2028, 1, 1), date(2028, 5, 1))),
    ],
)
def test_period_moves_on_by_whole_years_until_it_lies_ahead(start, end, moved):
    assert next_season(start, end, date(2026, 11, 22)) == moved


def test_period_that_was_never_given_stays_open():
    assert next_season(None, None, date(2026, 11, 22)) is None

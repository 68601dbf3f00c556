"""What the forms of the account offer."""

from babel.core import get_global

from matchmaker.accounts.forms import time_zones


def offered(kept=""):
    return [choice.value for choice in time_zones(kept)]


def test_no_time_zone_is_offered_under_an_older_name():
    zones = offered()
    assert "Europe/Kyiv" in zones
    assert "Europe/Kiev" not in zones
    older = get_global("zone_aliases")
    assert [zone for zone in zones if older.get(zone) in zones] == []


def test_older_name_that_an_account_has_stays_among_the_choices():
    assert "Europe/Kiev" in offered("Europe/Kiev")

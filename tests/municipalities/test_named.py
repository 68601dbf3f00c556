"""Names as they are typed lead to the municipalities they mean, and to no other."""

import pytest

from matchmaker.municipalities.named import Names

NAMES = Names(
    [
        ("b", "Besançon", None, "FR", "Doubs"),
        ("k", "Kharkiv", "Харків", "UA", "Kharkiv Oblast"),
        ("m1", "Mostar", "", "BA", "Herzegovina"),
        ("m2", "MOSTAR", None, "US", ""),
    ]
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["besancon"], ("b",)),
        (["BESANÇON , fr"], ("b",)),
        (["харків"], ("k",)),
        (["Kharkiv, kharkiv  oblast, UA"], ("k",)),
        (["Mostar"], ("m1", "m2")),
        (["Mostar, BA"], ("m1",)),
        (["Mostar, FR"], ()),
        (["Nobody knows it", "Besançon"], ("b",)),
        (["", " , ", ",FR"], ()),
        ([], ()),
    ],
)
def test_name_means_who_bears_it(typed, meant):
    assert NAMES.meant_by(typed) == meant


TOWNS = [
    ("b", "Barcelona", None, "ES", "Catalonia", None),
    ("d", "Delft", None, "NL", "South Holland", 2757345),
    ("l", "Luxembourg", None, "LU", "", None),
    ("n", "Nova Dolyna (invented)", "Нова Долина", "UA", "Odesa", None),
]
ANY_SCRIPT = Names(TOWNS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Делфт", "d"),
        ("دلفت", "d"),
        ("مدينة دلفت", "d"),
        ("Delf", "d"),
        ("City of Delft", "d"),
        ("Gemeente Delft", "d"),
        ("Delft (NL)", "d"),
        ("Delft, Netherlands", "d"),
        ("Delft, the Netherlands", "d"),
        ("Делфт, Нідерланди", "d"),
        ("Delft، هولندا", "d"),
        ("Delft, FR", ""),
        ("Delft, Франція", ""),
        ("Барселона", "b"),
        ("Барселна", "b"),
        ("برشلونة", "b"),
        ("місто Барселона, Іспанія", "b"),
        ("Нова Долина", "n"),
        ("Nova Dolyna (invented)", "n"),
        ("Нідерланди", "d"),
        ("Luxembourg", "l"),
        ("Delta", ""),
    ],
)
def test_name_is_understood_in_any_script_and_spelling(typed, meant):
    assert ANY_SCRIPT.meant_by([typed]) == tuple(meant)


def test_place_is_found_by_its_number_where_its_name_is_another():
    names = Names([("d", "Our Town", None, "NL", "", 2757345)])
    assert names.meant_by(["Делфт"]) == ("d",)

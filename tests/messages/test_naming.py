"""Texts that could tell who wrote them are noticed, in whatever script and ending."""

import csv
from random import Random

import pytest

from matchmaker.demonstration import content
from matchmaker.messages.naming import revealing
from tests import shared_data

KHARKIV = ["Kharkiv", "Харків", "Kharkiv Oblast"]


@pytest.mark.parametrize(
    "text",
    [
        "We are from Kharkiv.",
        "У Харкові багато старих труб",
        "харківські школи",
        "KHARKOV is our town",
        "Write to office@town.example",
        "Call +380 57 123 45 67",
        "See https://town.example/water",
        "t.me/ourtown",
        "WWW.TOWN.EXAMPLE",
    ],
)
def test_name_or_address_is_noticed(text):
    assert revealing(text, KHARKIV)


@pytest.mark.parametrize(
    "text",
    [
        "How many kilometres of pipe are there?",
        "Between 2026-11-02 and 2027-03-14, for 120 days",
        "The period 01.02.2027 suits us",
        "Харчування для шкіл",
        "هل لديكم مهندسون؟",
        "",
    ],
)
def test_plain_question_is_not(text):
    assert not revealing(text, KHARKIV)


BALKA = ["Nyzhnia Balka settlement council", "Нижньобалківська селищна рада"]


@pytest.mark.parametrize(
    "text",
    [
        "We write from Nyzhnia Balka about water.",
        "nyzhnia balka has old pipes",
        "Nizhnya Balka",
        "У Нижній Балці немає води",
        "мешканці Нижньої Балки",
        "нижньобалківська громада",
        "NYZHNIA BALKA SETTLEMENT COUNCIL",
    ],
)
def test_name_is_noticed_by_its_telling_words_whatever_their_form(text):
    assert revealing(text, BALKA)


@pytest.mark.parametrize(
    "text",
    [
        "The settlement council decided in May.",
        "Our municipality is small, our region is poor.",
        "Рада громади вирішила: селищна рада платить.",
        "Нижня частина міста без води",
        "У нас глибока балка за школою",
    ],
)
def test_words_that_many_names_have_tell_nothing(text):
    assert not revealing(text, BALKA)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ayuntamiento de Guadual del Río", "somos de Guadual, cerca del río"),
        ("Gemeente Delft", "Wij van delft kunnen helpen"),
        ("Stadt Pforzheim", "Die Pforzheimer Stadtwerke"),
        ("Commune de Sougou-Koro", "à Sougou Koro, la mairie"),
        ("بلدية مرج الريحان", "نحن في مرج الريحان"),
        ("بلدية الموصل", "نكتب إليكم بالموصل"),
        ("Київська область", "ми з Києва"),
        ("Львів", "працюємо у Львові"),
        ("Vinnytsia city council", "Вінницька школа"),
        ("Marj al-Rihan", "the people of Marj Al Rihan"),
    ],
)
def test_name_is_noticed_in_each_language_of_the_site(name, text):
    assert revealing(text, [name])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ayuntamiento de Guadual del Río", "el ayuntamiento y el río"),
        ("Gemeente Delft", "de gemeente heeft geld"),
        ("Stadt Pforzheim", "die Stadt und ihr Rat"),
        ("Commune de Sougou-Koro", "la mairie de la commune"),
        ("بلدية مرج الريحان", "بلدية صغيرة ومجلس محلي"),
        ("West Bank", "the bank lends in the west"),
    ],
)
def test_what_all_names_have_is_no_name_in_each_language(name, text):
    assert not revealing(text, [name])


def test_name_of_several_words_counts_as_a_whole():
    assert revealing("The Old Town needs pipes", ["Old Town"]).names == ("Old Town",)
    assert not revealing("An old pump", ["Old Town"])
    assert revealing("the old town needs pipes", ["Old Town"])


def test_long_word_of_a_name_counts_alone_with_a_capital_letter_only():
    name = ["Zelenodil Stepovyi"]
    assert revealing("Our Zelenodil is far away", name).names == ("Zelenodil",)
    assert not revealing("степовий вітер і зелений діл", name)


def test_common_word_as_a_name_counts_with_a_capital_letter_inside_a_sentence():
    assert revealing("У нашому Червоному немає води", ["Червоне"])
    assert not revealing("Червона лінія проходить тут", ["Червоне"])
    assert not revealing("труби червоного кольору", ["Червоне"])


def test_short_name_counts_only_as_it_is():
    assert not revealing("We are Ub.", ["Ub"])
    assert revealing("Bar is near", ["Bar"]).names == ("Bar",)
    assert not revealing("The barrier", ["Bar"])


def test_ways_to_reach_somebody_are_told_apart_from_names():
    found = revealing("Write to Kharkiv: office@town.example, +380 57 123 45 67", KHARKIV)
    assert found.names == ("Kharkiv",)
    assert found.ways == ("office@town.example,", "+380 57 123 45 67")


@pytest.mark.parametrize("text", ["2022-2025", "1300-1500 firms", "1 250 000 UAH", "25000000"])
def test_years_and_amounts_are_no_telephone_number(text):
    assert not revealing(text, KHARKIV)


def test_arabic_name_is_noticed_with_its_article():
    assert revealing("نحن في الموصل الآن", ["Mosul", "الموصل"])


# --- How often it warns of nothing -----------------------------------------------------------

MOST_FALSE = 0.002
"""Of pairs of a text and a town that the text does not name, at most so many are warned of."""


def names_of(town):
    return [town["name"], town["local_name"], town["region"]]


def test_texts_of_the_demonstration_raise_few_false_alarms():
    texts = {row["title"] + ". " + row["description"] for row in content.needs() + content.offers()}
    towns = [names_of(town) for town in content.towns().values()]
    pairs = [(text, names) for text in sorted(texts) for names in towns]
    said = [revealing(text, names) for text, names in pairs]
    true = {"Osijek", "Осијек", "Tuzla", "Тузла", "Novi Sad", "Нови Сад", "Cauca", "Любліна"}
    false = [found for found in said if found and not true & {*found.names}]
    assert len(pairs) > 10_000
    assert len(false) <= MOST_FALSE * len(pairs)


def test_every_town_of_the_demonstration_is_noticed_by_its_bare_name():
    missed = []
    for town in content.towns().values():
        for name in (town["name"], town["local_name"]):
            bare = name.split("(")[0].strip()
            if bare and not revealing(f"- {bare} -", names_of(town)):
                missed.append(bare)
    assert missed == []


def rows_of(*parts):
    with shared_data.path("data", *parts).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.shared_data
def test_lines_of_real_strategies_raise_few_false_alarms():
    towns = rows_of("municipalities", "ua_hromadas.csv")
    lines = rows_of("texts", "ua_need_strength_lines.csv")[::8]
    draw = Random(1)
    false = n = 0
    for line in lines:
        for town in draw.sample(towns, 3):
            n += 1
            names = [town["name_en"], town["name_uk"], town["full_name_uk"]]
            false += bool(revealing(line["text_uk"], names).names)
    assert n > 1000
    assert false <= MOST_FALSE * n


@pytest.mark.shared_data
def test_real_towns_are_noticed_across_scripts_and_mostly_as_adjectives():
    towns = rows_of("municipalities", "ua_hromadas.csv")[::4]
    across = adjectives = 0
    for town in towns:
        council = [f"{town['name_en']} settlement council"]
        across += not revealing(f"ми тут, у {town['name_uk']}", council)
        full = town["full_name_uk"].rsplit(" ", 2)[0]
        adjectives += not revealing(f"наша {full} громада", [town["name_uk"]])
    assert across <= 0.03 * len(towns)
    assert adjectives <= 0.15 * len(towns)

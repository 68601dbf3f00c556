import pytest

from matchmaker.places.spelling import fold, script_of, skeleton, transliterate


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Łódź", "lodz"),
        ("Kryvyi  Rih-1", "kryvyi rih 1"),
        ("Khar’kov", "kharkov"),
        ("İzmir", "izmir"),
    ],
)
def test_fold_drops_case_marks_and_punctuation(name, folded):
    assert fold(name) == folded


def test_fold_joins_the_ways_to_write_an_arabic_letter():
    assert fold("أربيل") == fold("اربیل")


@pytest.mark.parametrize(
    ("name", "latin"), [("харків", "kharkiv"), ("љубљана", "ljubljana"), ("خاركوف", "kharkuf")]
)
def test_transliterate_spells_in_latin_letters(name, latin):
    assert transliterate(fold(name)) == latin


def test_spellings_of_one_name_share_a_skeleton():
    names = ["Kharkiv", "Kharkow", "Charków", "Harkov", "خاركوف", "Харьков"]
    assert len({skeleton(transliterate(fold(name))) for name in names}) == 1


@pytest.mark.parametrize(
    ("name", "script"),
    [("Lviv", "latin"), ("Львів", "cyrillic"), ("لفيف", "arabic"), ("리비우", ""), ("Lвів", "")],
)
def test_script_of_a_name(name, script):
    assert script_of(name) == script

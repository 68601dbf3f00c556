import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tools.check_catalogues import problems_of, problems_of_compiled

REVIEWED = "# Review status: reviewed"


def catalogue(**translations):
    """Make a Ukrainian catalogue of these messages, with the line that says who reviewed it."""
    made = Catalog(locale="uk", header_comment=REVIEWED)
    for message, translation in translations.items():
        made.add(message, translation)
    return made


def template(*messages):
    """Make the template that asks for these messages."""
    made = Catalog()
    for message in messages:
        made.add(message)
    return made


def test_complete_catalogue_has_no_problem():
    assert list(problems_of(catalogue(Need="Потреба"), template("Need"))) == []


@pytest.mark.parametrize("translation", ["", None])
def test_missing_translation_is_named(translation):
    problems = list(problems_of(catalogue(Need=translation), template("Need")))
    assert problems == ["missing: 'Need'"]


def test_message_that_is_not_in_the_catalogue_is_named():
    assert list(problems_of(catalogue(), template("Need"))) == ["missing: 'Need'"]


@pytest.mark.parametrize(("hundreds", "many", "n"), [("عرض", "عرضًا", 0), ("عرضًا", "عرض", 1)])
def test_swapped_plurals_of_arabic_are_named(hundreds, many, n):
    made = Catalog(locale="ar", header_comment=REVIEWED)
    wanted = template(("offer", "offers"))
    made.add(("offer", "offers"), ("لا عرض", "عرض", "عرضان", "عروض", hundreds, many))
    assert sum("swapped" in one for one in problems_of(made, wanted)) == n


def test_fuzzy_translation_is_named():
    fuzzy = catalogue()
    fuzzy.add("Need", "Потреба", flags=["fuzzy"])
    assert list(problems_of(fuzzy, template("Need"))) == ["fuzzy: 'Need'"]


def test_lost_placeholder_is_named():
    wrong = catalogue(**{"Sent by %(name)s": "Надіслано"})
    problems = list(problems_of(wrong, template("Sent by %(name)s")))
    assert problems[0].startswith("placeholders differ")


def test_translated_placeholder_is_named():
    wrong = catalogue(**{"Sent by %(name)s": "Надіслано %(назва)s"})
    assert len(list(problems_of(wrong, template("Sent by %(name)s")))) == 1


def test_per_cent_sign_is_no_placeholder():
    right = catalogue(**{"50%% done": "50%% зроблено"})
    assert list(problems_of(right, template("50%% done"))) == []


def test_plural_with_too_few_forms_is_named():
    ids = ("%(num)s need", "%(num)s needs")
    wanted = template()
    wanted.add(ids)
    few = catalogue()
    few.add(ids, ("%(num)s потреба", "%(num)s потреби"))
    assert list(problems_of(few, wanted)) == [f"missing: {ids!r}"]


def test_plural_form_may_leave_out_the_count():
    ids = ("%(num)s need", "%(num)s needs")
    wanted = template()
    wanted.add(ids)
    right = catalogue()
    right.add(ids, ("одна потреба", "%(num)s потреби", "%(num)s потреб"))
    assert list(problems_of(right, wanted)) == []


def test_catalogue_without_a_review_status_is_named():
    silent = Catalog(locale="uk", header_comment="# Ukrainian")
    assert list(problems_of(silent, template())) == ['no "Review status:" at the top']


def test_catalogue_that_is_not_compiled_is_named(tmp_path):
    problems = list(problems_of_compiled(catalogue(Need="Потреба"), tmp_path / "messages.po"))
    assert problems == ["not compiled: run make catalogues"]


def test_old_compiled_form_is_named(tmp_path):
    with (tmp_path / "messages.mo").open("wb") as stream:
        write_mo(stream, catalogue(Need="Запит"))
    problems = list(problems_of_compiled(catalogue(Need="Потреба"), tmp_path / "messages.po"))
    assert len(problems) == 1
    assert problems[0].startswith("compiled form is old")

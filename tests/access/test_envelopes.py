"""Each field is in one envelope, and a row read through an envelope refuses the others."""

from types import SimpleNamespace

import pytest
from sqlalchemy import inspect

from matchmaker.access.envelopes import TABLES, Envelope, NotInEnvelope, through
from matchmaker.models import Municipality, Need, Offer

pytestmark = [pytest.mark.control(4), pytest.mark.asvs("8.2.3", "15.3.1")]

# DESIGN.md section 7, written out: what others than coordinators read of a need.
OUTSIDE = {
    Envelope.PUBLIC: {"category", "second_category", "topics", "municipality"},
    Envelope.HELPER: {
        "activity",
        "depth",
        "settings",
        "window_start",
        "window_end",
        "for_whom",
        "why_outside",
        "brings",
        "teaches",
    },
    Envelope.AGREED: {"title", "text_language", "line_en", "line_checked_at", "no_publicity"},
}


@pytest.mark.parametrize("model", [Need, Offer, Municipality])
def test_every_field_is_in_an_envelope(model):
    fields = {attribute.key for attribute in inspect(model).attrs}
    assert fields == set(TABLES[model.__tablename__])


def test_need_shows_outside_what_the_design_says_and_nothing_else():
    for envelope, fields in OUTSIDE.items():
        assert {name for name, e in TABLES["need"].items() if e == envelope} == fields


def test_of_a_municipality_only_country_and_size_are_read_before_both_have_accepted():
    early = {name for name, e in TABLES["municipality"].items() if e <= Envelope.HELPER}
    assert early == {"country", "population"}
    contact = {name for name, e in TABLES["municipality"].items() if e == Envelope.CONTACT}
    assert contact == {"contact_role", "contact_email", "contact_phone"}


@pytest.mark.parametrize("table", ["need", "offer"])
def test_vetoes_and_wishes_are_read_by_coordinators_and_the_municipality_itself_only(table):
    secrets = {name: e for name, e in TABLES[table].items() if name.startswith(("veto", "wish"))}
    assert len(secrets) == 3
    assert set(secrets.values()) == {Envelope.COORDINATOR}


@pytest.mark.parametrize("table", sorted(TABLES))
@pytest.mark.parametrize("envelope", Envelope)
def test_row_read_through_an_envelope_gives_its_fields_and_refuses_the_rest(table, envelope):
    values = dict.fromkeys(TABLES[table], "value")
    row = through(SimpleNamespace(__tablename__=table, **values), envelope)
    for name, widest in TABLES[table].items():
        if widest <= envelope:
            assert getattr(row, name) == "value"
        else:
            with pytest.raises(NotInEnvelope):
                getattr(row, name)


def test_municipality_of_a_row_is_read_through_the_same_envelope():
    town = SimpleNamespace(__tablename__="municipality", name="Town", country="UA")
    need = through(SimpleNamespace(__tablename__="need", municipality=town), Envelope.HELPER)
    assert need.municipality.country == "UA"
    with pytest.raises(NotInEnvelope):
        _ = need.municipality.name


def test_field_that_no_table_names_is_refused():
    row = through(SimpleNamespace(__tablename__="need", odd=1), Envelope.OWN)
    with pytest.raises(NotInEnvelope):
        _ = row.odd

"""A need that several municipalities carry: each joins by its own consent, secret until then."""

import pytest
from sqlalchemy import select

from matchmaker.cases.joining import answer, ask_to_carry, towns_to_ask, want_carriers
from matchmaker.errors import BadInput, WrongStep
from matchmaker.matching.arrays import arrays_of
from matchmaker.matching.candidates import candidates
from matchmaker.matching.settings import Settings
from matchmaker.models import Carrier, Notice
from matchmaker.needs.service import withdraw_need
from matchmaker.rounds.snapshot import take_snapshot
from matchmaker.vocabulary import CarrierStatus
from tests.cases.test_routes import text_of
from tests.factories import (
    TODAY,
    actor_of,
    make_association,
    make_coordinator,
    make_helper,
    make_municipality,
    make_need,
    make_offer,
    make_requester,
    signed_in,
)

JOINED, DECLINED, LEFT = CarrierStatus.JOINED, CarrierStatus.DECLINED, CarrierStatus.LEFT


@pytest.fixture
def asker(session):
    return make_requester(session)


@pytest.fixture
def neighbour(session):
    return make_requester(session)


@pytest.fixture
def coordinator(session):
    return make_coordinator(session)


@pytest.fixture
def need(session, asker):
    return make_need(session, asker, carriers_wanted=True)


@pytest.fixture
def carrier(session, coordinator, need, neighbour):
    return ask_to_carry(session, actor_of(coordinator), need, neighbour.municipality)


def allowed_of(session, need, *offers):
    snapshot = take_snapshot(session, [need], list(offers), TODAY)
    order = {offer.key: k for k, offer in enumerate(snapshot.offers)}
    found = candidates(arrays_of(snapshot), Settings()).allowed[0]
    return [bool(found[order[offer.public_id]]) for offer in offers]


def test_nobody_is_asked_unless_the_town_wants_it(session, asker, coordinator, neighbour):
    need = make_need(session, asker)
    with pytest.raises(BadInput):
        ask_to_carry(session, actor_of(coordinator), need, neighbour.municipality)
    want_carriers(session, actor_of(asker), need, True)
    assert ask_to_carry(session, actor_of(coordinator), need, neighbour.municipality)


@pytest.mark.parametrize("more", [{"status": "suspended"}, {"hidden": True}])
def test_only_a_verified_town_that_is_not_hidden_is_asked(session, coordinator, need, more):
    town = make_municipality(session, **more)
    with pytest.raises(BadInput):
        ask_to_carry(session, actor_of(coordinator), need, town)


def test_town_beyond_the_scope_is_not_asked(session, need, neighbour):
    far = make_coordinator(session, make_association(session, scope=["BA"]))
    with pytest.raises(BadInput):
        ask_to_carry(session, actor_of(far), need, neighbour.municipality)
    assert towns_to_ask(session, actor_of(far), need) == []


def test_list_holds_other_towns_of_the_country_that_were_not_asked(
    session, coordinator, need, neighbour
):
    make_helper(session)
    abroad = make_requester(session, make_municipality(session, country="BA"))
    found = towns_to_ask(session, actor_of(coordinator), need)
    assert found == [neighbour.municipality] and abroad.municipality not in found
    ask_to_carry(session, actor_of(coordinator), need, neighbour.municipality)
    assert towns_to_ask(session, actor_of(coordinator), need) == []


def test_asked_town_reads_no_name_until_it_agrees(session, client_for, need, carrier, neighbour):
    reader = signed_in(session, client_for, neighbour)
    assert f"/carrying/{carrier.public_id}" in reader.get("/home").text
    place = f"/carrying/{carrier.public_id}"
    before = text_of(reader.get(place).text)
    for secret in (need.title, need.description, need.municipality.name):
        assert secret not in before
    assert reader.post(f"{place}/join", {"veto_names": "Helpstad"}).status_code == 303
    after = text_of(reader.get(place).text)
    assert need.title in after and need.municipality.name in after
    assert need.description not in after


def test_town_that_posted_it_learns_of_those_that_agreed_only(
    session, client_for, asker, need, carrier, neighbour
):
    reader = signed_in(session, client_for, asker)
    place = f"/needs/{need.public_id}/options"
    assert neighbour.municipality.name not in reader.get(place).text
    answer(session, actor_of(neighbour), carrier, JOINED)
    session.commit()
    assert neighbour.municipality.name in reader.get(place).text


def test_town_that_says_no_stays_unknown_and_nobody_is_written_to(
    session, client_for, asker, need, carrier, neighbour
):
    before = len(session.scalars(select(Notice).where(Notice.user_id == asker.user_id)).all())
    answer(session, actor_of(neighbour), carrier, DECLINED)
    after = len(session.scalars(select(Notice).where(Notice.user_id == asker.user_id)).all())
    assert after == before
    reader = signed_in(session, client_for, asker)
    page = reader.get(f"/needs/{need.public_id}/options").text
    assert neighbour.municipality.name not in page


def test_nobody_else_finds_what_was_asked(session, client_for, asker, need, carrier, coordinator):
    session.commit()
    for member in (asker, make_requester(session), make_helper(session), coordinator):
        reader = signed_in(session, client_for, member)
        assert reader.get(f"/carrying/{carrier.public_id}").status_code == 404
        assert reader.post(f"/carrying/{carrier.public_id}/join").status_code == 404


def test_who_has_left_is_no_carrier_and_may_be_asked_again(
    session, coordinator, need, carrier, neighbour
):
    answer(session, actor_of(neighbour), carrier, JOINED, ["Helpstad"])
    answer(session, actor_of(neighbour), carrier, LEFT)
    assert carrier.veto_names == []
    with pytest.raises(WrongStep):
        answer(session, actor_of(neighbour), carrier, JOINED)
    again = ask_to_carry(session, actor_of(coordinator), need, neighbour.municipality)
    assert (again.id, again.status) == (carrier.id, "asked")


def test_need_that_closed_is_not_joined(session, asker, need, carrier, neighbour):
    withdraw_need(session, actor_of(asker), need)
    with pytest.raises(BadInput):
        answer(session, actor_of(neighbour), carrier, JOINED)


def test_what_one_carrier_rules_out_all_do(session, need, carrier, neighbour):
    good, other = make_offer(session), make_offer(session)
    wary = make_offer(session, veto_names=[neighbour.municipality.name])
    own = make_offer(session, make_helper(session, neighbour.municipality))
    assert allowed_of(session, need, good, other, wary, own) == [True, True, True, True]
    answer(session, actor_of(neighbour), carrier, JOINED, [other.municipality.name])
    assert allowed_of(session, need, good, other, wary, own) == [True, False, False, False]
    answer(session, actor_of(neighbour), carrier, LEFT)
    assert allowed_of(session, need, good, other, wary, own) == [True, True, True, True]


def test_need_carried_by_one_keeps_its_digest(session, need, carrier):
    offer = make_offer(session)
    asked = take_snapshot(session, [need], [offer], TODAY).digest
    session.delete(carrier)
    session.flush()
    assert take_snapshot(session, [need], [offer], TODAY).digest == asked


def test_coordinator_asks_from_the_page(session, client_for, coordinator, need, neighbour):
    reader = signed_in(session, client_for, coordinator)
    place = f"/needs/{need.public_id}/carriers"
    assert neighbour.municipality.name in reader.get(place).text
    answer_ = reader.post(place, {"town": neighbour.municipality.public_id})
    assert answer_.status_code == 303
    session.rollback()
    assert session.scalars(select(Carrier)).one().municipality_id == neighbour.municipality_id
    assert "Asked" in text_of(reader.get(place).text)
    assert reader.post(place, {"town": ""}).status_code == 422

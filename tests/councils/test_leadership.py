"""Who stands for a need or an offer: a role, confirmed by who is in charge."""

import pytest
from sqlalchemy import select

from matchmaker.councils import leadership
from matchmaker.errors import BadInput
from matchmaker.models import AuditEvent, Offer
from matchmaker.offers.copying import copy_offer
from matchmaker.rounds.snapshot import need_record, offer_record
from matchmaker.vocabulary import Champion
from tests.factories import actor_of, make_helper, make_need, make_offer, make_requester
from tests.offers.walk import fresh


def stand(session, member, row, champion=Champion.MAYOR):
    leadership.name_champion(session, actor_of(member), row, champion)
    leadership.confirm(session, actor_of(member), row)


@pytest.mark.parametrize(
    ("make", "thing"), [(make_helper, make_offer), (make_requester, make_need)]
)
def test_confirmation_says_who_and_when_and_is_written_down(session, make, thing):
    member = make(session, position="lead")
    row = thing(session, member)
    stand(session, member, row)
    assert row.champion == "mayor" and row.champion_confirmed_at is not None
    assert row.champion_confirmed_by_id == member.id
    kind = row.__tablename__
    events = session.scalars(select(AuditEvent.event).order_by(AuditEvent.seq)).all()
    assert events == [f"{kind}.champion_named", f"{kind}.champion_confirmed"]


def test_another_office_has_to_be_confirmed_anew(session):
    member = make_helper(session, position="lead")
    offer = make_offer(session, member)
    stand(session, member, offer)
    leadership.name_champion(session, actor_of(member), offer, Champion.MAYOR)
    assert offer.champion_confirmed_at is not None
    leadership.name_champion(session, actor_of(member), offer, Champion.SERVICE)
    assert offer.champion_confirmed_at is None and offer.champion_confirmed_by_id is None


def test_nothing_is_confirmed_before_an_office_is_named(session):
    member = make_helper(session, position="lead")
    with pytest.raises(BadInput, match="first"):
        leadership.confirm(session, actor_of(member), make_offer(session, member))


def test_closed_offer_is_left_as_it_is(session):
    member = make_helper(session, position="lead")
    offer = make_offer(session, member, status="closed")
    with pytest.raises(BadInput):
        leadership.name_champion(session, actor_of(member), offer, Champion.MAYOR)


def test_copy_keeps_the_office_and_asks_for_its_word_anew(session):
    member = make_helper(session, position="lead")
    offer = make_offer(session, member)
    stand(session, member, offer)
    copy = copy_offer(session, actor_of(member), offer)
    assert (copy.champion, copy.champion_confirmed_at) == ("mayor", None)


def test_colleague_names_and_only_who_is_in_charge_confirms(session, client_for):
    lead = make_helper(session, position="lead")
    colleague = make_helper(session, lead.municipality)
    offer = make_offer(session, lead)
    session.commit()
    place = f"/offers/{offer.public_id}/champion"
    reader = client_for(colleague)
    assert reader.post(place, {"champion": ""}).status_code == 422
    assert reader.post(place, {"champion": "mayor"}).status_code == 303
    assert "Whoever is in charge" in reader.get(place).text
    assert reader.post(f"{place}/confirm").status_code == 404
    head = client_for(lead)
    assert f"{place}/confirm" in head.get(place).text
    assert head.post(f"{place}/confirm").status_code == 303
    assert fresh(session).scalars(select(Offer.champion_confirmed_at)).one() is not None


def test_round_reads_what_is_confirmed_and_what_has_to_be_public(session):
    member, asker = make_helper(session, position="lead"), make_requester(session, position="lead")
    offer = make_offer(session, member, publicity="must")
    need = make_need(session, asker, no_publicity=True)
    leadership.name_champion(session, actor_of(member), offer, Champion.MAYOR)
    assert (offer_record(offer).led, offer_record(offer).must_publish) == (False, True)
    leadership.confirm(session, actor_of(member), offer)
    stand(session, asker, need)
    assert offer_record(offer).led
    found = need_record(need, "possible")
    assert (found.led, found.no_publicity) == (True, True)
    assert not offer_record(make_offer(session, member, publicity="wish")).must_publish

"""Hide us now: one press, and nothing that others see has the municipality in it."""

import pytest
from sqlalchemy import select

from matchmaker.access import PLATFORM
from matchmaker.models import AuditEvent, Engagement, Municipality, Notice, Proposal
from matchmaker.outbox import queue_notice, tell_municipality
from matchmaker.proposals import hiding
from matchmaker.proposals.queries import orphaned_proposals
from matchmaker.rounds.queries import needs_to_match, offers_to_match
from matchmaker.vocabulary import NoticeKind
from tests.factories import (
    actor_of,
    coordinator_of,
    make_helper,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
    make_round,
    member_of,
    now,
)

pytestmark = pytest.mark.control(1)
NAME, TITLE = "Hiddenburg", "Pumps for the hidden town"


@pytest.fixture
def asker(session):
    """Give an official of the town that will hide."""
    asker = make_requester(session)
    asker.municipality.name, asker.municipality.contact_email = NAME, "office@hidden.example"
    return asker


def proposal_of(session, asker, status, **more):
    """Make a proposal for a need of the town."""
    live = {"places_held": status != "proposed", "approved_at": now()}
    seen = {} if status in ("proposed", "approved") else {"offered_at": now()}
    taken = int(status != "proposed")
    kind = "matched" if status == "engaged" else "in_round"
    need = make_need(session, asker, status=kind, title=TITLE, places_taken=taken)
    offer = make_offer(session, places_taken=taken, status="full" if taken else "open")
    round_ = make_round(session, status="in_review")
    return make_proposal(session, round_, need, offer, status=status, **live, **seen, **more)


def engagement_of(session, asker):
    """Make agreed work of the town."""
    moment = {"helper_accepted_at": now()}
    proposal = proposal_of(session, asker, "engaged", **moment)
    engagement = Engagement(proposal=proposal, status="planned")
    session.add(engagement)
    session.flush()
    return engagement


def press(client_for, member, path):
    """Press a button as this person."""
    answer = client_for(member).post(path)
    assert answer.status_code == 303
    return answer


def hide(client_for, asker):
    """Press the button."""
    return press(client_for, asker, f"/municipalities/{asker.municipality.public_id}/hide")


def test_one_press_on_the_home_page_hides_and_one_brings_back(client_for, session, asker):
    session.commit()
    town, browser = asker.municipality, client_for(asker)
    assert f"/municipalities/{town.public_id}/hide" in browser.get("/home").text
    assert hide(client_for, asker).location == "/home"
    session.refresh(town)
    assert town.hidden
    assert "Show us again" in browser.get("/home").text
    press(client_for, asker, f"/municipalities/{town.public_id}/show-again")
    session.refresh(town)
    assert not town.hidden
    query = select(AuditEvent.event).where(AuditEvent.subject_id == town.public_id)
    assert session.scalars(query).all() == ["municipality.hidden", "municipality.shown"]


def test_pressed_twice_it_stays_hidden_and_is_written_once(client_for, session, asker):
    session.commit()
    hide(client_for, asker)
    hide(client_for, asker)
    query = select(AuditEvent.event).where(AuditEvent.event == "municipality.hidden")
    assert len(session.scalars(query).all()) == 1


def test_coordinator_may_hide_a_town_and_only_the_town_brings_itself_back(
    client_for, session, asker
):
    coordinator = coordinator_of(session, make_round(session))
    session.commit()
    path = f"/municipalities/{asker.municipality.public_id}"
    assert press(client_for, coordinator, f"{path}/hide").location == path
    assert client_for(coordinator).post(f"{path}/show-again").status_code == 404
    assert "Only the municipality itself" in client_for(coordinator).get(path).text
    session.refresh(asker.municipality)
    assert asker.municipality.hidden


def test_nobody_else_hides_a_town(client_for, session, asker):
    others = make_requester(session), make_helper(session)
    session.commit()
    for other in others:
        path = f"/municipalities/{asker.municipality.public_id}/hide"
        assert client_for(other).post(path).status_code == 404


def test_mail_that_waits_for_the_members_does_not_go_out(session, asker):
    queue_notice(session, asker.user, NoticeKind.ANSWER_DUE)
    hiding.hide_municipality(session, actor_of(asker), asker.municipality)
    tell_municipality(session, asker.municipality_id, None, NoticeKind.ANSWER_DUE)
    assert session.scalars(select(Notice.status)).all() == ["cancelled"]


@pytest.mark.parametrize(
    "status", ["proposed", "approved", "offered", "subject_to_council", "helper_accepted"]
)
def test_open_match_is_let_go_with_its_places_and_no_word_of_hiding(
    client_for, session, asker, status
):
    accepted = {"helper_accepted_at": now()} if status == "helper_accepted" else {}
    proposal = proposal_of(session, asker, status, **accepted)
    session.commit()
    hide(client_for, asker)
    session.refresh(proposal)
    assert (proposal.status, proposal.places_held) == ("undone", False)
    assert proposal.offer.places_taken == proposal.need.places_taken == 0
    event = session.scalars(select(AuditEvent).where(AuditEvent.event == "proposal.undone")).one()
    assert event.details["reason"] == "side_gone"


def test_other_side_reads_the_same_as_after_any_withdrawal(client_for, session, asker):
    first, second = (proposal_of(session, asker, "offered") for _ in range(2))
    helpers = [member_of(session, one.offer.municipality_id, "helper") for one in (first, second)]
    session.commit()
    press(client_for, asker, f"/needs/{second.need.public_id}/withdraw")
    hide(client_for, asker)
    pages = []
    for helper, proposal in zip(helpers, (first, second), strict=True):
        page = client_for(helper).get(f"/proposals/{proposal.public_id}/answer").text
        for row in (proposal, proposal.offer, helper.municipality):
            page = page.replace(row.public_id, "")
        name = helper.municipality.name
        pages.append([line for line in page.replace(name, "").splitlines() if "csrf" not in line])
    assert pages[0] == pages[1]


def test_helping_town_that_hides_lets_its_matches_go(session, asker):
    proposal = proposal_of(session, asker, "offered")
    helper = member_of(session, proposal.offer.municipality_id, "helper")
    hiding.hide_municipality(session, actor_of(helper), proposal.offer.municipality)
    assert proposal.status == "undone"
    assert offers_to_match(session, PLATFORM) == []


def test_round_to_come_is_without_the_town(client_for, session, asker):
    make_need(session, asker)
    session.commit()
    assert len(needs_to_match(session, PLATFORM)) == 1
    hide(client_for, asker)
    session.rollback()
    assert needs_to_match(session, PLATFORM) == []


def test_no_list_of_a_coordinator_shows_the_town_but_the_one_of_hidden_towns(
    client_for, session, asker
):
    make_need(session, asker, title=TITLE)
    proposal = proposal_of(session, asker, "proposed")
    proposal.round.summary = {}
    coordinator = coordinator_of(session, proposal.round)
    session.commit()
    hide(client_for, asker)
    browser = client_for(coordinator)
    for path in (
        "/municipalities",
        "/municipalities?text=Kharkiv",
        "/needs",
        "/needs?words=Pumps",
        "/offers",
        "/home",
        f"/rounds/{proposal.round.public_id}",
        "/engagements",
    ):
        page = browser.get(path)
        assert page.status_code == 200
        assert NAME not in page.text, path
        assert TITLE not in page.text, path
    assert NAME in browser.get("/municipalities?status=hidden").text


def test_partner_in_agreed_work_no_longer_reads_name_title_or_contact(client_for, session, asker):
    engagement = engagement_of(session, asker)
    helper = member_of(session, engagement.proposal.offer.municipality_id, "helper")
    session.commit()
    path = f"/engagements/{engagement.public_id}"
    browser = client_for(helper)
    assert NAME in browser.get("/engagements").text
    assert "office@hidden.example" in browser.post(f"{path}/contact").text
    hide(client_for, asker)
    answers = [browser.get("/engagements"), browser.get(path), browser.post(f"{path}/contact")]
    for answer in answers:
        assert answer.status_code == 200
        for word in (NAME, TITLE, "office@hidden.example"):
            assert word not in answer.text
    assert NAME in client_for(asker).get(path).text
    session.refresh(engagement)
    assert engagement.status == "planned"


def test_hidden_need_lets_its_open_matches_go(client_for, session, asker):
    proposal, other = (proposal_of(session, asker, "offered") for _ in range(2))
    session.commit()
    client_for(asker).post(f"/needs/{proposal.need.public_id}/hide", {"hidden": "yes"})
    statuses = dict(session.execute(select(Proposal.id, Proposal.status)).all())
    assert statuses == {proposal.id: "undone", other.id: "offered"}


def test_match_that_a_late_solve_recorded_is_taken_back_when_due(session, asker):
    asker.municipality.hidden = True
    proposal = proposal_of(session, asker, "proposed")
    assert orphaned_proposals(session) == [proposal.public_id]


def test_hidden_town_is_signed_by_nobody(client_for, session, asker):
    proposal = proposal_of(session, asker, "proposed")
    asker.municipality.hidden = True
    coordinator = coordinator_of(session, proposal.round)
    session.commit()
    answer = client_for(coordinator).post(f"/proposals/{proposal.public_id}/sign")
    assert answer.status_code == 409
    assert session.scalars(select(Municipality.hidden).where(Municipality.name == NAME)).one()

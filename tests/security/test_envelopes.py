"""Who sees what: each text carries its origin, and a page may hold only what its reader may see."""

import re

import pytest
from sqlalchemy import select

from matchmaker.extensions import db
from matchmaker.models import (
    Engagement,
    IdentityChange,
    Membership,
    Message,
    Municipality,
    Need,
    NeedImpact,
    Offer,
    OfferArea,
    OfferDelivery,
    OtherActor,
    Proposal,
    RiskAnswer,
)
from tests.security.crawl import addresses, reachable
from tests.security.scene import dress

pytestmark = [pytest.mark.control(4), pytest.mark.asvs("8.2.3", "8.4.1", "15.3.1", "8.2.2")]
MARK = re.compile(r"canary\.(\w+)\.(\w+)\.(\d+)\.")
CONTACT = {"contact_role", "contact_email", "contact_phone"}
AFTER_BOTH_ACCEPTED = {("municipality", "name"), ("municipality", "local_name")}
AFTER_BOTH_ACCEPTED |= {("need", "title"), ("offer", "title"), ("partnership", "source")}
AFTER_BOTH_ACCEPTED |= {("need", "line_en")}
IN_WORK = {("engagement", "plan"), ("engagement", "political_contact"), ("plan_version", "text")}
IN_WORK |= {("milestone", "what"), ("milestone", "done_when")}
IN_WORK |= {("closing", one) for one in ("handed_over", "stays", "may_be_said", "thanks")}
"""What both sides of an engagement read; the last word only where it is shared."""
ROOMS = {
    "needs": "need",
    "cases": "need",
    "offers": "offer",
    "municipalities": "municipality",
    "rounds": "round",
    "prices": "round",
    "scenarios": "round",
    "signing": "round",
    "proposals": "proposal",
    "councils": "proposal",
    "engagements": "engagement",
    "pulses": "engagement",
    "preconditions": "need",
    "others": "need",
    "impact": "proposal",
    "risks": "risk_question",
    "messages": "proposal",
}
MUNICIPAL = ("helper", "other requester", "asker of offered", "asker of helper_accepted")


@pytest.fixture
def marked(app, scene):
    """Give the scene with its origin in every text."""
    with app.app_context():
        dress(db.session(), lambda table, column, row: f"canary.{table}.{column}.{row}.")
        db.session.remove()
    return scene


def seen_by(app, scene, client):
    """Return every mark on any page this browser gets, by links or by typing addresses."""
    pages = [answer for _, answer in reachable(client, most=20)]
    for room, table in ROOMS.items():
        typed = addresses(app, scene.ids[table][::4], room=room)
        pages += [client.get(address) for _, address in typed]
    return {
        (table, column, int(row))
        for answer in pages
        if answer.mimetype != "text/css"
        for table, column, row in MARK.findall(answer.text + str(answer.headers))
    }


def rows_of(app, person):
    """Return table and row id of what belongs to the municipality of a person."""
    with app.app_context():
        session, town = db.session(), person.municipality_id
        own = {("municipality", town)}
        for model in (Need, Offer):
            rows = session.scalars(select(model).where(model.municipality_id == town)).all()
            own |= {(model.__tablename__, row.id) for row in rows}
        members = select(Membership.id).where(Membership.municipality_id == town)
        own |= {("membership", row) for row in session.scalars(members)}
        changes = select(IdentityChange.id).where(IdentityChange.municipality_id == town)
        own |= {("identity_change", row) for row in session.scalars(changes)}
        offers = [row for table, row in own if table == "offer"]
        for model in (OfferArea, OfferDelivery):
            rows = session.scalars(select(model).where(model.offer_id.in_(offers))).all()
            own |= {(model.__tablename__, row.id) for row in rows}
            partners = {getattr(row, "partner_id", None) for row in rows} - {None}
            own |= {("partner_organisation", one) for one in partners}
        needs = [row for table, row in own if table == "need"]
        own |= answers_for(session, needs, [row for table, row in own if table == "membership"])
        return own | messages_for(session, offers, [row for table, row in own if table == "need"])


def answers_for(session, needs, members):
    """Return table and row id of what was said of peace and conflict for this side."""
    said = select(NeedImpact.id).where(NeedImpact.need_id.in_(needs))
    found = {("need_impact", row) for row in session.scalars(said)}
    named = select(OtherActor.id).where(OtherActor.need_id.in_(needs))
    found |= {("other_actor", row) for row in session.scalars(named)}
    answers = select(RiskAnswer.id).where(RiskAnswer.membership_id.in_(members))
    return found | {("risk_answer", row) for row in session.scalars(answers)}


def messages_for(session, offers, needs):
    """Return table and row id of the messages that were written for the side of these rows."""
    found = set()
    for message in session.scalars(select(Message)):
        proposal = message.thread.proposal
        helps = proposal.offer_id in offers and message.for_helper
        asks = proposal.need_id in needs and message.for_requester
        if helps or asks:
            found.add(("message", message.id))
    return found


def counterparts_of(app, person):
    """Return table and row id of the other side of this person's engagements."""
    found = set()
    with app.app_context():
        for engagement in db.session.scalars(select(Engagement)):
            proposal: Proposal = engagement.proposal
            towns = {proposal.need.municipality_id, proposal.offer.municipality_id}
            if person.municipality_id in towns:
                found |= {("municipality", town) for town in towns}
                found |= {("need", proposal.need_id), ("offer", proposal.offer_id)}
                found.add(("engagement", engagement.id))
                found |= {(table, engagement.id) for table in ("plan_version", "milestone")}
                found.add(("closing", engagement.id))
    return found


def test_municipality_sees_its_own_and_names_only_after_both_have_accepted(app, marked, client_for):
    for name in MUNICIPAL:
        person = marked.people[name]
        own, others = rows_of(app, person), counterparts_of(app, person)
        seen = seen_by(app, marked, client_for(person))
        strange = {
            mark
            for mark in seen
            if (mark[0], mark[2]) not in own
            and mark[0] != "partner_organisation"
            and not ((mark[0], mark[2]) in others and mark[:2] in AFTER_BOTH_ACCEPTED | IN_WORK)
        }
        assert strange == set(), name


def test_no_municipality_reads_what_coordinators_judge_or_do_about_a_risk(app, marked, client_for):
    for name in ("helper", "asker of engaged"):
        seen = seen_by(app, marked, client_for(marked.people[name]))
        columns = {(table, column) for table, column, _ in seen}
        assert columns.isdisjoint(
            {
                ("match_impact", "sentence"),
                ("impact_reason", "text"),
                ("risk_answer", "heeded_text"),
            }
        )
        assert ("risk_answer", "text") in columns


def test_helper_reads_no_word_of_a_need_before_both_have_accepted(app, marked, client_for):
    helper = marked.people["helper"]
    client = client_for(helper)
    for status in ("offered", "subject_to_council", "helper_accepted"):
        page = client.get(f"/proposals/{marked.proposals[status]}/answer")
        assert page.status_code == 200
        assert {mark[0] for mark in MARK.findall(page.text)} <= {"offer", "municipality"}
        own = str(helper.municipality_id)
        assert all(m[2] == own for m in MARK.findall(page.text) if m[0] == "municipality")


@pytest.mark.parametrize("status", ["proposed", "approved", "rejected"])
def test_proposal_that_was_not_offered_does_not_exist_for_the_helper(marked, client_for, status):
    client = client_for(marked.people["helper"])
    for end in ("", "/answer", "/decline-as-helper", "/accept-subject-to-council"):
        assert client.get(f"/proposals/{marked.proposals[status]}{end}").status_code == 404
    address = f"/proposals/{marked.proposals[status]}/accept-as-helper"
    assert client.post(address).status_code == 404


@pytest.mark.parametrize("person", ["anonymous", "newcomer", "foreign coordinator"])
def test_outsider_sees_no_text_of_any_town(app, marked, client_for, person):
    reader = marked.people[person]
    seen = seen_by(app, marked, client_for(reader))
    labels = {row for table, _, row in seen if table == "membership"}
    with app.app_context():
        own = select(Membership.id).where(Membership.user_id == (reader.user_id if reader else 0))
        assert labels <= set(db.session.scalars(own))
    tables = {table for table, _, _ in seen}
    assert tables <= {"association", "partner_organisation", "membership"}


def test_administrator_sees_names_of_organisations_and_nothing_of_needs_and_offers(
    app, marked, client_for
):
    seen = seen_by(app, marked, client_for(marked.people["administrator"]))
    more = {(table, column) for table, column, _ in seen if column != "name"}
    # Areas are the administrator's to keep; a municipality is called by either of its names.
    known = {("municipality", "local_name"), ("conflict_area", "region")}
    known.add(("conflict_area", "source"))
    assert {table for table, _ in more - known} <= {"audit_text", "membership"}


@pytest.mark.control(22)
@pytest.mark.asvs("14.2.1")
@pytest.mark.parametrize("person", ["coordinator", "helper", "asker of engaged"])
def test_contact_of_others_stands_on_no_page_that_is_only_looked_at(
    app, marked, client_for, person
):
    reader = marked.people[person]
    seen = seen_by(app, marked, client_for(reader))
    contacts = {(c, row) for table, c, row in seen if table == "municipality" and c in CONTACT}
    assert {row for _, row in contacts} <= {reader.municipality_id}


@pytest.mark.control(22)
def test_contact_is_shown_by_a_button_and_written_down(app, marked, client_for):
    from matchmaker.models import AuditEvent

    client = client_for(marked.people["helper"])
    answer = client.post(f"/engagements/{marked.ids['engagement'][0]}/contact")
    columns = {column for table, column, _ in MARK.findall(answer.text) if table == "municipality"}
    assert columns >= CONTACT
    with app.app_context():
        events = db.session.scalars(
            select(AuditEvent.event).where(AuditEvent.event == "contact.shown")
        ).all()
    assert len(events) == 1


@pytest.mark.parametrize("person", ["other helper", "other requester", "partner", "newcomer"])
def test_contact_button_does_not_exist_for_others(app, marked, client_for, person):
    client, own = client_for(marked.people[person]), marked.people[person].municipality_id
    answer = client.post(f"/engagements/{marked.ids['engagement'][0]}/contact")
    assert answer.status_code == 404
    with app.app_context():
        rows = db.session.execute(select(Municipality.id, Municipality.public_id)).all()
    for row, public_id in rows:
        answer = client.post(f"/municipalities/{public_id}/contact")
        assert answer.status_code == (200 if row == own else 404)

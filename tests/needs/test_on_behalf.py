"""A need that a coordinator writes down is never final before the town confirms it."""

from datetime import timedelta

import pytest
from flask_security import hash_password
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from matchmaker.admin.invariants import breaks
from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.memberships.invitations import accept_with_new_account, invite
from matchmaker.models import AuditEvent, Need, NeedEntry, Notice, now
from matchmaker.needs import on_behalf, service
from matchmaker.needs.drafts import AboutDraft, CategoryDraft
from matchmaker.vocabulary import Channel, Role
from tests.factories import (
    PASSWORD,
    actor_of,
    make_association,
    make_coordinator,
    make_requester,
)
from tests.needs.test_service import fill
from tests.needs.walk import answers, fresh
from tests.web.test_step_up import grow_old
from tests.web.test_weighty_writes import waiting_fields


class Office:
    """An association with two coordinators, and a town they work for."""

    def __init__(self, session):
        association = make_association(session)
        self.writer = make_coordinator(session, association)
        self.hearer = make_coordinator(session, association)
        self.member = make_requester(session)
        self.town = self.member.municipality


@pytest.fixture
def office(session):
    return Office(session)


def entered(session, office, *, submitted=True):
    """Write a need down, and hand it in."""
    actor = actor_of(office.writer)
    draft = CategoryDraft("project")
    need = on_behalf.enter_need(session, actor, office.town, Channel.PHONE, draft)
    fill(session, office.writer, need)
    if submitted:
        service.submit_need(session, actor, need)
    return need


def wrong(code):
    """Return another code that is well formed."""
    from matchmaker.codes import new_code

    other = new_code(8)
    return other if other != code else wrong(code)


def test_guest_of_the_writer_does_not_hear_the_code(session, office):
    office.writer.position = "lead"
    need = entered(session, office)
    token = invite(session, actor_of(office.writer), "box@example.org", Role.COORDINATOR)
    guest = accept_with_new_account(session, token, "hash")
    with pytest.raises(BadInput, match="do not count as two persons"):
        on_behalf.confirm_by_code(session, actor_of(guest), need, need.entry.code)
    assert not need.confirmed


@pytest.mark.control(5)
def test_unconfirmed_need_cannot_be_verified(session, office):
    need = entered(session, office)
    with pytest.raises(BadInput, match="not confirmed"):
        service.verify_need(session, actor_of(office.hearer), need)


@pytest.mark.parametrize("status", ["verified", "in_round", "matched", "unmatched"])
def test_database_keeps_an_unconfirmed_need_from_every_final_status(each_app, status):
    from matchmaker.extensions import db

    with each_app.app_context():
        need = entered(db.session(), Office(db.session()))
        db.session.commit()
        with pytest.raises(IntegrityError, match="unconfirmed_is_never_final"):
            db.session.execute(update(Need).where(Need.id == need.id).values(status=status))
        db.session.rollback()


def test_code_read_back_to_another_coordinator_confirms(session, office):
    need = entered(session, office)
    assert on_behalf.confirm_by_code(session, actor_of(office.hearer), need, need.entry.code)
    assert (need.confirmed, need.entry.confirmed_how) == (True, "read_back")
    service.verify_need(session, actor_of(office.hearer), need)
    assert need.status == "verified"


def test_who_wrote_it_cannot_take_the_code(session, office):
    need = entered(session, office)
    with pytest.raises(BadInput, match="Another coordinator"):
        on_behalf.confirm_by_code(session, actor_of(office.writer), need, need.entry.code)


def test_database_refuses_the_same_person_on_both_sides(each_app):
    from matchmaker.extensions import db

    with each_app.app_context():
        office = Office(db.session())
        entered(db.session(), office)
        db.session.commit()
        values = {"confirmed_by_id": office.writer.user_id, "confirmed_at": now()}
        with pytest.raises(IntegrityError, match="another_person"):
            db.session.execute(update(NeedEntry).values(**values, confirmed_how="read_back"))
        db.session.rollback()


def test_five_wrong_codes_void_the_right_one(session, office):
    need = entered(session, office)
    code, actor = need.entry.code, actor_of(office.hearer)
    for _ in range(on_behalf.MOST_TRIES):
        assert not on_behalf.confirm_by_code(session, actor, need, wrong(code))
    with pytest.raises(BadInput, match="no longer valid"):
        on_behalf.confirm_by_code(session, actor, need, code)
    on_behalf.renew_code(session, actor_of(office.writer), need)
    assert on_behalf.confirm_by_code(session, actor, need, need.entry.code)


def test_code_is_void_after_its_time(session, office):
    need = entered(session, office)
    need.entry.code_expires_at = now() - timedelta(seconds=1)
    session.flush()
    with pytest.raises(BadInput, match="no longer valid"):
        on_behalf.confirm_by_code(session, actor_of(office.hearer), need, need.entry.code)


def test_slip_of_the_tongue_costs_no_try(session, office):
    need = entered(session, office)
    with pytest.raises(BadInput, match="read again"):
        on_behalf.confirm_by_code(session, actor_of(office.hearer), need, "1234 567")
    assert need.entry.wrong_tries == 0


def test_other_words_need_another_code(session, office):
    need = entered(session, office)
    code = need.entry.code
    service.save_need_step(session, actor_of(office.writer), need, AboutDraft("Other words"))
    assert need.entry.code != code


def test_change_by_the_coordinator_after_the_confirmation_asks_the_town_again(session, office):
    need = entered(session, office)
    on_behalf.confirm_own(session, actor_of(office.member), need)
    service.verify_need(session, actor_of(office.hearer), need)
    service.save_need_step(session, actor_of(office.writer), need, AboutDraft("Other words"))
    assert (need.status, need.confirmed, need.entry.confirmed_at) == ("submitted", False, None)


def test_town_changes_its_confirmed_need_without_being_asked_again(session, office):
    need = entered(session, office)
    on_behalf.confirm_own(session, actor_of(office.member), need)
    service.save_need_step(session, actor_of(office.member), need, AboutDraft("Our words"))
    assert need.confirmed


def test_confirmation_happens_once(session, office):
    need = entered(session, office)
    on_behalf.confirm_own(session, actor_of(office.member), need)
    with pytest.raises(AlreadyChanged):
        on_behalf.confirm_own(session, actor_of(office.member), need)


@pytest.mark.control(2)
@pytest.mark.control(19)
def test_code_stands_in_the_clear_neither_in_the_row_nor_in_the_trail(session, office):
    from sqlalchemy import text

    need = entered(session, office)
    stored = session.execute(text("SELECT code FROM need_entry")).scalar_one()
    assert need.entry.code not in stored
    assert all(need.entry.code not in str(e.details) for e in session.scalars(select(AuditEvent)))


def test_check_of_the_invariants_finds_a_confirmation_without_the_towns_word(session, office):
    need = entered(session, office)
    assert [line for line in breaks(session) if line.startswith("I11")] == []
    need.confirmed = True
    session.flush()
    assert [line for line in breaks(session) if line.startswith("I11")] == [
        f"I11 need {need.public_id}: submitted, its confirmation is not that of its entry"
    ]


def test_whole_way_from_the_telephone_to_the_verified_need(session, client_for, office):
    session.commit()
    writer, hearer = client_for(office.writer), client_for(office.hearer)
    start = f"/needs/on-behalf/{office.town.public_id}"
    assert start in writer.get(f"/municipalities/{office.town.public_id}").text
    place = writer.post(start, {"channel": "phone", "category": "project"}).location
    for fields in answers().values():
        place = writer.post(place, fields).location
    code_page = writer.post(place).location
    assert code_page.endswith("/code")
    need = fresh(session).scalars(select(Need)).one()
    shown = writer.get(code_page).text
    assert f"{need.entry.code[:4]} {need.entry.code[4:]}" in shown
    assert need.title in writer.get(code_page.replace("/code", "/sheet")).text
    assert hearer.get(code_page).status_code == 404
    read_back = f"/needs/{need.public_id}/read-back"
    assert read_back in hearer.get(f"/needs/{need.public_id}").text
    assert "This is not the code" in hearer.post(read_back, {"heard": wrong(need.entry.code)}).text
    assert hearer.post(read_back, {"heard": need.entry.code}).status_code == 303
    assert hearer.post(f"/needs/{need.public_id}/verify").status_code == 303
    assert fresh(session).scalars(select(Need.status)).one() == "verified"


def test_wrong_code_counts_though_the_page_is_sent_again(session, client_for, office):
    need = entered(session, office)
    session.commit()
    hearer = client_for(office.hearer)
    hearer.post(f"/needs/{need.public_id}/read-back", {"heard": wrong(need.entry.code)})
    assert fresh(session).scalars(select(NeedEntry.wrong_tries)).one() == 1


def test_code_that_was_heard_waits_for_the_second_factor(session, client_for, office):
    need = entered(session, office)
    office.hearer.user.password = hash_password(PASSWORD)
    session.commit()
    hearer, path = client_for(office.hearer), f"/needs/{need.public_id}/read-back"
    grow_old(hearer)
    assert "/account/again" in hearer.post(path, {"heard": need.entry.code}).location
    fields = waiting_fields(hearer, path)
    assert fields["heard"] == need.entry.code
    hearer.http.post(path, data=fields)
    assert fresh(session).scalars(select(NeedEntry.confirmed_how)).one() == "read_back"


def test_member_confirms_from_the_page(session, client_for, office):
    need = entered(session, office)
    session.commit()
    member = client_for(office.member)
    assert "Confirm this need" in member.get(f"/needs/{need.public_id}").text
    member.post(f"/needs/{need.public_id}/confirm")
    assert fresh(session).scalars(select(NeedEntry.confirmed_how)).one() == "member"


def test_coordinator_of_other_countries_can_write_nothing_down(session, client_for, office):
    foreign = make_coordinator(session, make_association(session, scope=["FJ"]))
    session.commit()
    answer = client_for(foreign).get(f"/needs/on-behalf/{office.town.public_id}")
    assert answer.status_code == 404


def test_draft_stands_in_the_list_of_who_writes_it_and_of_nobody_else(session, client_for, office):
    entered(session, office, submitted=False)
    session.commit()
    assert "Water" in client_for(office.writer).get("/needs").text
    assert "Water" not in client_for(office.hearer).get("/needs").text
    assert "Water" not in client_for(office.member).get("/needs").text


def test_home_counts_the_draft_for_who_writes_it_and_not_for_the_town(session, client_for, office):
    entered(session, office, submitted=False)
    session.commit()
    line = "1 need that you write down for a municipality is not finished"
    assert line in client_for(office.writer).get("/home").text
    assert "Nothing waits for you now" in client_for(office.hearer).get("/home").text
    assert "Nothing waits for you now" in client_for(office.member).get("/home").text


def test_home_tells_the_town_what_waits_for_its_word(session, client_for, office):
    need = entered(session, office)
    session.commit()
    member = client_for(office.member)
    assert "1 need that a coordinator wrote down for you waits" in member.get("/home").text
    assert need.public_id in member.get("/needs?status=unconfirmed").text


def test_town_is_told_by_mail_that_something_waits(session, office):
    entered(session, office)
    told = session.scalars(select(Notice.user_id).where(Notice.kind == "other")).all()
    assert told == [office.member.user_id]


def test_confirmed_need_waits_for_verification_and_not_for_the_town(session, client_for, office):
    need = entered(session, office)
    on_behalf.confirm_own(session, actor_of(office.member), need)
    session.commit()
    assert "Nothing waits for you now" in client_for(office.member).get("/home").text
    page = client_for(office.hearer).get("/home").text
    assert "1 need waits for verification" in page and "read back" not in page


def test_home_tells_coordinators_what_waits_to_be_read_back(session, client_for, office):
    entered(session, office)
    session.commit()
    page = client_for(office.hearer).get("/home").text
    assert "1 need waits to be read back by its municipality" in page
    assert "waits for verification" not in page


def test_page_of_the_town_says_what_to_do_with_what_was_written_down(session, client_for, office):
    need = entered(session, office)
    session.commit()
    page = client_for(office.member).get(f"/needs/{need.public_id}").text
    assert "Waits for confirmation" in page
    assert "If something is wrong, change it." in page
    assert "A coordinator reads it next" not in page


def test_sheet_for_the_town_tells_how_many_are_ruled_out_and_never_whom(
    session, client_for, office
):
    need = entered(session, office)
    need.veto_names, need.veto_countries = ["Quarrelville"], ["NL"]
    need.wish_names = ["Friendville"]
    session.commit()
    writer = client_for(office.writer)
    sheet = writer.get(f"/needs/{need.public_id}/sheet?language=en").text
    assert "2 were noted" in sheet and "1 was noted" in sheet
    assert need.title in sheet and "Code for" not in sheet
    for page in (sheet, writer.get(f"/needs/{need.public_id}/code").text):
        for name in ("Quarrelville", "Netherlands", "Friendville"):
            assert name not in page


def test_sheet_is_in_the_language_of_the_town_unless_another_is_chosen(session, client_for, office):
    need = entered(session, office)
    session.commit()
    writer, path = client_for(office.writer), f"/needs/{need.public_id}/sheet"
    assert '<html lang="uk" dir="ltr"' in writer.get(path).text
    assert '<html lang="ar" dir="rtl"' in writer.get(f"{path}?language=ar").text
    assert '<html lang="uk"' in writer.get(f"{path}?language=xx").text
    assert client_for(office.hearer).get(path).status_code == 404


def test_sheet_without_a_code_that_works_leads_to_where_one_is_made(session, client_for, office):
    need = entered(session, office)
    need.entry.code_expires_at = now() - timedelta(seconds=1)
    session.commit()
    answer = client_for(office.writer).get(f"/needs/{need.public_id}/sheet")
    assert answer.location.endswith("/code")


def test_page_says_in_one_sentence_how_the_town_confirmed(session, client_for, office):
    need = entered(session, office)
    on_behalf.confirm_own(session, actor_of(office.member), need)
    session.commit()
    page = client_for(office.hearer).get(f"/needs/{need.public_id}").text
    assert "told this by telephone. One of its people confirmed it here." in page

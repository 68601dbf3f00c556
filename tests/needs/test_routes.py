"""What a person reads on the pages of needs: the good way, and one test for each refusal."""

import pytest
from sqlalchemy import func, select

from matchmaker.models import AuditEvent, HeldPost, Need
from matchmaker.vocabulary import TOPICS
from tests.factories import (
    make_association,
    make_coordinator,
    make_helper,
    make_municipality,
    make_need,
    make_requester,
)
from tests.needs.walk import answers, day, fresh, soon, start, walk


@pytest.fixture
def requester(session):
    member = make_requester(session)
    session.commit()
    return member


@pytest.fixture
def reader(client_for, requester):
    return client_for(requester)


def test_walk_from_the_first_page_to_a_submitted_need(reader, session):
    check = walk(reader)[-1]
    assert "Ремонт водогону" in reader.get(check).text
    answer = reader.post(check)
    assert answer.status_code == 303
    assert "Submitted" in reader.get(answer.location).text
    need = fresh(session).scalars(select(Need)).one()
    assert (need.status, need.category, need.activity) == (
        "submitted",
        "project",
        "project.service",
    )
    assert [(t.topic_code, t.importance, t.level) for t in need.topics] == [("env.water", 3, 4)]
    assert need.veto_names == ["Somewhere", "Elsewhere, NL"]
    assert need.wish_names == ["Helpstad"]
    assert need.low_profile and not need.hidden
    assert [(row.question, row.light, row.sentence) for row in need.impact] == [
        ("need.benefit", "amber", "Не всі.")
    ]


def test_each_page_tells_the_step(reader):
    place = start(reader)
    assert "Step 1 of 7" in reader.get(place).text
    assert "Step 3 of 7" in reader.get(place.replace("activity", "time")).text


def test_draft_opens_where_it_was_left(reader, session):
    place = start(reader)
    reader.post(place, answers()["activity"])
    need = fresh(session).scalars(select(Need)).one()
    answer = reader.get(f"/needs/{need.public_id}/resume")
    assert answer.location.endswith("/edit/about")


def test_save_and_come_back_later_leads_to_the_need(reader):
    place = start(reader)
    answer = reader.post(place, answers()["activity"] | {"later": "yes"})
    assert "Only your municipality sees this draft" in reader.get(answer.location).text


def test_resending_the_first_page_makes_one_draft_and_leads_to_the_same_page(reader, session):
    first = start(reader, key="the-same-key")
    again = start(reader, key="the-same-key")
    assert first == again
    assert fresh(session).scalar(select(func.count()).select_from(Need)) == 1


def test_resend_makes_one_row_on_each_database(each_app):
    from matchmaker.extensions import db
    from tests.harness.apps import Client

    with each_app.app_context():
        member = make_requester(db.session())
        db.session.commit()
        reader = Client(each_app).sign_in(member.user_id, member.public_id)
    first = start(reader, key="the-same-key")
    assert start(reader, key="the-same-key") == first
    with each_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Need)) == 1


def test_other_answer_after_the_back_button_goes_into_the_same_draft(reader, session):
    start(reader, key="the-same-key")
    start(reader, category="dialogue", key="the-same-key")
    assert [need.category for need in fresh(session).scalars(select(Need))] == ["dialogue"]


def test_earlier_page_sent_again_is_saved(reader, session):
    pages = walk(reader)
    reader.post(pages[1], answers()["about"] | {"title": "A better title"})
    assert fresh(session).scalars(select(Need.title)).one() == "A better title"


def test_submitting_twice_leads_to_the_same_page(reader, session):
    check = walk(reader)[-1]
    first = reader.post(check, key="submit-key")
    again = reader.post(check, key="submit-key")
    assert first.location == again.location
    steps = fresh(session).scalars(select(AuditEvent).where(AuditEvent.event == "need.submitted"))
    assert len(list(steps)) == 1


def test_nothing_chosen_on_the_first_page_is_explained(reader, session):
    answer = reader.post("/needs/new", {})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "Choose what kind of help you ask for." in answer.text
    assert fresh(session).scalar(select(func.count()).select_from(Need)) == 0


@pytest.mark.parametrize(
    ("step", "fields", "message"),
    [
        ("activity", {"activity": ""}, "Choose what others should do."),
        ("activity", {"activity": "lobby.rights"}, "Choose one of the answers shown."),
        ("activity", {"activity": "nonsense"}, "Choose one of the answers shown."),
        ("about", {"title": ""}, "Give the need a title."),
        ("about", {"title": "x" * 121}, "Use at most 120 characters."),
        ("about", {"title": "A", "description": "x" * 2001}, "Use at most 2000 characters."),
        ("about", {"title": "Odd \u202e text"}, "invisible or unreadable character U+202E"),
        (
            "about",
            {"title": "Odd \x00 text", "form_owner": ""},
            "invisible or unreadable character U+0000",
        ),
        ("about", {"title": "A", "text_language": "xx"}, "Choose one of the answers shown."),
        ("about", {"title": "A", "topics_env": ["gov.admin"]}, "Choose from the answers shown."),
        ("time", day("window_end", soon(10)), "The end must not come before the start."),
        ("time", day("window_start", soon(-3)), "The first day must not be in the past."),
        ("time", {"window_start": ["31", "2", "2030"]}, "This day does not exist"),
        ("time", {"window_start": ["1", "", ""]}, "Enter a real date"),
        ("time", {"window_start": ["", "", ""]}, "Enter the first day."),
        ("time", day("window_end", soon(9000)), "within the next ten years"),
        ("time", {"overlap_days": "0"}, "Enter a whole number from 1 to 3660."),
        ("time", {"overlap_days": "900"}, "The period is shorter than that."),
        ("time", {"effort_days": "-4"}, "Enter a whole number from 1 to 5000."),
        ("time", {"effort_days": "many"}, "Enter a whole number from 1 to 5000."),
        ("time", {"places": ""}, "Enter a number; 1 is usual."),
        ("time", {"places": "9" * 5000}, "Enter a whole number from 1 to 50."),
        ("time", {"minimum": "2"}, "This is more than the number at most."),
        ("setting", {"settings": []}, "Choose at least one setting."),
        ("setting", {"settings": ["international"]}, "Choose from the answers shown."),
        ("setting", {"languages": []}, "Choose at least one working language."),
        ("setting", {"languages": ["xx"]}, "Choose from the answers shown."),
        ("visibility", {"veto_countries": ["XX"]}, "Choose from the answers shown."),
        ("visibility", {"veto_names": "a\n" + "b" * 201}, "Use at most 200 characters a line."),
        ("visibility", {"wish_names": "a\n" + "b" * 201}, "Use at most 200 characters a line."),
    ],
)
def test_bad_answer_is_explained_beside_its_field(reader, session, step, fields, message):
    start(reader)
    need = fresh(session).scalars(select(Need)).one()
    place = f"/needs/{need.public_id}/edit"
    reader.post(f"{place}/activity", answers()["activity"])
    session.rollback()
    before = (need.title, need.window_start, need.languages, need.activity)
    answer = reader.post(f"{place}/{step}", answers()[step] | fields)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert message in answer.text
    session.rollback()
    assert (need.title, need.window_start, need.languages, need.activity) == before


def test_more_than_eight_topics_are_refused(reader):
    place = start(reader).replace("activity", "about")
    chosen = {}
    for code in list(TOPICS)[:9]:
        chosen.setdefault(f"topics_{TOPICS[code].group}", []).append(code)
    answer = reader.post(place, {"title": "A", "text_language": "en"} | chosen)
    assert answer.status_code == 422
    assert "Choose at most 8 topics. You chose 9." in answer.text


def test_typed_text_stays_when_a_page_is_refused(reader):
    place = start(reader).replace("activity", "about")
    answer = reader.post(place, {"title": "", "description": "Our own <words>"})
    assert "Our own &lt;words&gt;" in answer.text


def test_typed_date_stays_as_typed_when_refused(reader):
    place = start(reader).replace("activity", "time")
    answer = reader.post(place, {"window_start": ["31", "2", "2030"]})
    assert 'value="31"' in answer.text


def test_switch_of_language_keeps_what_was_typed(reader):
    place = start(reader).replace("activity", "about")
    answer = reader.post(place, {"title": "Half a title", "switch_language": "ar"})
    assert answer.status_code == 200
    assert "Half a title" in answer.text
    assert 'dir="rtl"' in answer.text
    assert "There is a problem" not in answer.text


def test_text_comes_back_after_an_expired_session(reader, client, requester, session):
    place = start(reader).replace("activity", "about")
    owner = reader.get(place).text.split('name="form_owner" type="hidden" value="')[1]
    fields = {"form_owner": owner.split('"')[0], "title": "Not to be lost", "text_language": "en"}
    answer = client.post(place, fields)
    assert answer.status_code == 303
    assert "/login" in answer.location
    assert fresh(session).scalar(select(func.count()).select_from(HeldPost)) == 1
    client.sign_in(requester.user_id, requester.public_id)
    assert "Not to be lost" in client.get(place).text


def test_incomplete_need_says_what_misses(reader, session):
    start(reader)
    need = fresh(session).scalars(select(Need)).one()
    page = reader.get(f"/needs/{need.public_id}/check")
    assert "Before you can submit" in page.text
    assert "Give the need a title." in page.text
    answer = reader.post(f"/needs/{need.public_id}/check")
    assert answer.status_code == 422
    session.rollback()
    assert need.status == "draft"


def test_dialogue_asks_how_deep(reader):
    place = start(reader, category="dialogue")
    answer = reader.post(place, {"activity": "dialogue.facilitation"})
    assert answer.status_code == 422
    assert "Say how deep the dialogue should go." in answer.text


def test_fixed_depth_is_not_asked(reader, session):
    reader.post(start(reader, category="dialogue"), {"activity": "dialogue.mediation"})
    assert fresh(session).scalars(select(Need.depth)).one() == "heart"


def test_heart_of_a_disagreement_asks_for_consent(reader):
    place = start(reader, category="dialogue")
    reader.post(place, {"activity": "dialogue.mediation"})
    assert "Do all parties" in reader.get(place.replace("activity", "visibility")).text


def test_unknown_page_does_not_exist(reader):
    place = start(reader)
    assert reader.get(place.replace("activity", "nonsense")).status_code == 404


def test_need_of_another_municipality_does_not_exist(reader, session):
    other = make_need(session)
    session.commit()
    for path in ("", "/check", "/edit/about", "/withdraw", "/resume"):
        assert reader.get(f"/needs/{other.public_id}{path}").status_code == 404
    for path in ("/check", "/edit/about", "/withdraw", "/hide", "/verify", "/return"):
        assert reader.post(f"/needs/{other.public_id}{path}").status_code == 404


def test_need_of_another_municipality_stands_on_no_list(reader, session):
    other = make_need(session, title="Repair of the pumping station")
    session.commit()
    for query in ("", "?words=pumping", f"?status={other.status}"):
        page = reader.get(f"/needs{query}").text
        assert "Repair of the pumping station" not in page
        assert other.public_id not in page


def test_helper_sees_no_needs(client_for, session):
    helper, need = make_helper(session), make_need(session)
    session.commit()
    reader = client_for(helper)
    assert reader.get("/needs").status_code == 404
    assert reader.get(f"/needs/{need.public_id}").status_code == 404


def test_stranger_is_sent_to_sign_in(client):
    assert "/login" in client.get("/needs").location


def test_withdrawal_asks_once_more(reader, requester, session):
    need = make_need(session, requester)
    session.commit()
    place = f"/needs/{need.public_id}/withdraw"
    assert "This cannot be undone" in reader.get(place).text
    answer = reader.post(place)
    assert "You have withdrawn this need" in reader.get(answer.location).text


def test_withdrawn_need_offers_no_change(reader, requester, session):
    need = make_need(session, requester, status="withdrawn")
    session.commit()
    text = reader.get(f"/needs/{need.public_id}").text
    assert "Withdraw this need" not in text
    answer = reader.post(f"/needs/{need.public_id}/edit/about", answers()["about"])
    assert answer.status_code == 409


def test_hidden_need_leaves_the_coordinators_list(reader, requester, client_for, session):
    need, coordinator = make_need(session, requester), make_coordinator(session)
    session.commit()
    other = client_for(coordinator)
    assert need.title in other.get("/needs").text
    reader.post(f"/needs/{need.public_id}/hide", {"hidden": "yes"})
    assert need.title not in other.get("/needs").text
    reader.post(f"/needs/{need.public_id}/hide", {"hidden": "no"})
    assert need.title in other.get("/needs").text


def test_coordinator_verifies_a_submitted_need(client_for, session):
    need, coordinator = make_need(session, status="submitted"), make_coordinator(session)
    session.commit()
    reader = client_for(coordinator)
    assert "Verify" in reader.get(f"/needs/{need.public_id}").text
    answer = reader.post(f"/needs/{need.public_id}/verify")
    assert "Verified" in reader.get(answer.location).text


def test_need_of_an_unverified_municipality_cannot_be_verified(client_for, session):
    member = make_requester(session, make_municipality(session, status="registered"))
    need = make_need(session, member, status="submitted")
    coordinator = make_coordinator(session)
    session.commit()
    answer = client_for(coordinator).post(f"/needs/{need.public_id}/verify")
    assert answer.status_code == 422
    assert "Verify the municipality first" in answer.text


def test_returned_need_shows_the_question(reader, requester, client_for, session):
    need, coordinator = make_need(session, requester, status="submitted"), make_coordinator(session)
    session.commit()
    client_for(coordinator).post(f"/needs/{need.public_id}/return", {"question": "How old is it?"})
    text = reader.get(f"/needs/{need.public_id}").text
    assert "How old is it?" in text
    assert "Returned with a question" in text


def test_return_without_a_question_is_refused(client_for, session):
    need, coordinator = make_need(session, status="submitted"), make_coordinator(session)
    session.commit()
    answer = client_for(coordinator).post(f"/needs/{need.public_id}/return", {"question": " "})
    assert answer.status_code == 422
    assert "Write the question." in answer.text


def test_coordinator_sees_needs_of_the_scope_only(client_for, session):
    here = make_need(session, title="Here")
    there = make_need(
        session, make_requester(session, make_municipality(session, country="CO")), title="There"
    )
    coordinator = make_coordinator(session, make_association(session, scope=["UA"]))
    session.commit()
    reader = client_for(coordinator)
    text = reader.get("/needs").text
    assert "Here" in text
    assert "There" not in text
    assert reader.get(f"/needs/{here.public_id}").status_code == 200
    assert reader.get(f"/needs/{there.public_id}").status_code == 404


def test_coordinator_sees_no_drafts(client_for, session):
    draft = make_need(session, status="draft", submitted_at=None, title="Not ready")
    coordinator = make_coordinator(session)
    session.commit()
    reader = client_for(coordinator)
    assert "Not ready" not in reader.get("/needs").text
    assert reader.get(f"/needs/{draft.public_id}").status_code == 404


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("category=lobby", {"Speak up"}),
        ("status=submitted", {"Roads"}),
        ("topic=env.waste", {"Roads"}),
        ("words=WATER", {"Water"}),
        ("words=100%25", set()),
        ("country=UA", {"Water", "Speak up", "Roads"}),
        ("country=CO", set()),
        ("status=nonsense", {"Water", "Speak up", "Roads"}),
        ("page=nonsense", {"Water", "Speak up", "Roads"}),
    ],
)
def test_list_is_narrowed_by_its_address(client_for, session, query, shown):
    make_need(session, title="Water")
    make_need(session, title="Speak up", category="lobby", activity="lobby.rights")
    make_need(session, title="Roads", status="submitted", topics=(("env.waste", 2, 2),))
    coordinator = make_coordinator(session)
    session.commit()
    text = client_for(coordinator).get(f"/needs?{query}").text
    found = {title for title in ("Water", "Speak up", "Roads") if f"<bdi>{title}</bdi>" in text}
    assert found == shown


def test_long_list_comes_in_pages(client_for, session):
    for number in range(26):
        make_need(session, title=f"Need {number:02}")
    coordinator = make_coordinator(session)
    session.commit()
    reader = client_for(coordinator)
    assert "Showing 1 to 25 of 26" in reader.get("/needs?sort=window").text
    assert "Showing 26 to 26 of 26" in reader.get("/needs?sort=window&page=2").text


def test_empty_list_says_what_to_do(reader):
    assert "You have not asked for anything yet" in reader.get("/needs").text


@pytest.mark.parametrize("who", ["requester", "coordinator"])
def test_name_of_no_place_is_warned_of_to_the_town_and_to_who_verifies(
    session, client_for, requester, who
):
    need = make_need(session, requester, status="submitted")
    need.veto_names = ["Делфт", "Nowhereville"]
    need.wish_names = ["Nowhereville", "Делфт"]
    reader = requester if who == "requester" else make_coordinator(session)
    session.commit()
    page = client_for(reader).get(f"/needs/{need.public_id}").text
    assert page.count("We know no place called") == 1
    assert "Nowhereville" in page.split("We know no place called")[1].split("</span>")[0]


def test_warning_does_not_depend_on_who_takes_part(session, client_for, requester):
    """The name of a registered municipality that is on no list is warned of like any other."""
    make_municipality(session, name="Nowhereville")
    need = make_need(session, requester, status="draft")
    need.veto_names, need.wish_names = ["Nowhereville"], ["Otherwhereville"]
    session.commit()
    page = client_for(requester).get(f"/needs/{need.public_id}/check").text
    assert page.count("We know no place called") == 2

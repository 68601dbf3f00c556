"""The pages of a case: what its town, its coordinators and a helper read."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from matchmaker.models import Need, RoundNeed, now
from tests.factories import (
    make_coordinator,
    make_helper,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
    make_round,
    signed_in,
)

LINE = "A town asks for help with its water network."
ANSWERS = {
    "for_whom": ["for_whom.women"],
    "why_outside": ["why.neutral"],
    "brings": ["brings.staff"],
    "teaches": ["lesson.shelters"],
    "line_en": LINE,
}


@pytest.fixture
def asker(session):
    return make_requester(session)


def text_of(page):
    """Return what is read of a page."""
    main = re.search(r"<main.*?</main>", page, re.DOTALL)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_town_presents_its_case(session, client_for, asker):
    need = make_need(session, asker, status="submitted", verified_at=None)
    reader = signed_in(session, client_for, asker)
    answer = reader.post(f"/needs/{need.public_id}/present", ANSWERS)
    assert answer.location == f"/needs/{need.public_id}/case"
    told = text_of(reader.get(answer.location).text)
    for words in (LINE, "Women", "Somebody from outside is trusted by all sides", "Staff who"):
        assert words in told
    assert "Nobody has compared this line" in told


def test_draft_goes_on_to_its_check(session, client_for, asker):
    need = make_need(session, asker, status="draft", submitted_at=None)
    reader = signed_in(session, client_for, asker)
    answer = reader.post(f"/needs/{need.public_id}/present", {"for_whom": ["for_whom.all"]})
    assert answer.location == f"/needs/{need.public_id}/check"
    assert "All residents" in reader.get(answer.location).text


def test_wrong_answer_loses_nothing_that_was_typed(session, client_for, asker):
    need = make_need(session, asker, status="draft", submitted_at=None)
    reader = signed_in(session, client_for, asker)
    page = reader.post(f"/needs/{need.public_id}/present", {"line_en": "x" * 201})
    assert page.status_code == 422
    assert "x" * 201 in page.text and "There is a problem" in page.text


def test_coded_answers_are_read_in_another_language(session, client_for, asker):
    need = make_need(session, asker, for_whom=["for_whom.women"])
    reader = signed_in(session, client_for, asker)
    english = text_of(reader.get(f"/needs/{need.public_id}/case").text)
    assert "Women" in english
    reader.post("/language", {"switch_language": "uk", "next": "/"})
    ukrainian = text_of(reader.get(f"/needs/{need.public_id}/case").text)
    assert "Жінки" in ukrainian and "Women" not in ukrainian


def test_coordinator_writes_and_checks_the_line(session, client_for, asker):
    need = make_need(session, asker, text_language="uk")
    reader = signed_in(session, client_for, make_coordinator(session))
    place = f"/needs/{need.public_id}/line"
    assert need.description in reader.get(place).text
    answer = reader.post(place, {"line_en": LINE, "seen": str(need.version)})
    assert answer.status_code == 303
    assert "A coordinator compared this line" in text_of(reader.get(answer.location).text)


def test_stale_page_checks_nothing(session, client_for, asker):
    need = make_need(session, asker)
    reader = signed_in(session, client_for, make_coordinator(session))
    answer = reader.post(f"/needs/{need.public_id}/line", {"line_en": LINE, "seen": "99"})
    assert answer.status_code == 409
    session.rollback()
    assert session.get(Need, need.id).line_checked_at is None


@pytest.mark.parametrize("page", ["case", "chances", "present", "line"])
def test_nobody_else_finds_the_pages(session, client_for, asker, page):
    need = make_need(session, asker)
    session.commit()
    for member in (make_requester(session), make_helper(session)):
        reader = signed_in(session, client_for, member)
        assert reader.get(f"/needs/{need.public_id}/{page}").status_code == 404


def test_helper_reads_codes_and_no_word_of_the_town(session, client_for, asker):
    helper = make_helper(session)
    need = make_need(
        session, asker, line_en=LINE, why_outside=["why.neutral"], teaches=["lesson.shelters"]
    )
    proposal = make_proposal(
        session, need=need, offer=make_offer(session, helper), status="offered", offered_at=now()
    )
    reader = signed_in(session, client_for, helper)
    told = text_of(reader.get(f"/proposals/{proposal.public_id}/case").text)
    assert "Somebody from outside is trusted by all sides" in told
    assert "Shelters and the protection of residents" in told
    for secret in (LINE, need.title, need.description, need.municipality.name):
        assert secret not in told


def test_chances_count_the_open_offers(session, client_for, asker):
    need = make_need(session, asker, settings=["in_area"])
    for _ in range(5):
        make_offer(session, settings=["remote"], learns=["lesson.dialogue"])
    reader = signed_in(session, client_for, asker)
    told = text_of(reader.get(f"/needs/{need.public_id}/chances").text)
    assert "open offer that would do: fewer than 5" in told
    assert "Accept help in one more setting: Remote . Then: about 5. Now: fewer than 5." in told
    assert "want to learn something in return: about 5." in told
    assert "No setting is possible for both" in told


def test_coordinator_reads_the_chances_without_links_to_what_the_town_alone_changes(
    session, client_for, asker
):
    need = make_need(session, asker, status="submitted", settings=["in_area"])
    for _ in range(5):
        make_offer(session, settings=["remote"])
    address = f"/needs/{need.public_id}/chances"
    town = signed_in(session, client_for, asker).get(address).text
    board = signed_in(session, client_for, make_coordinator(session)).get(address).text
    for page in ("present", "edit"):
        assert f"/needs/{need.public_id}/{page}" in town
        assert f"/needs/{need.public_id}/{page}" not in board
    assert "Accept help in one more setting" in board


def test_draft_without_an_activity_is_told_what_to_do_first(session, client_for, asker):
    need = make_need(session, asker, status="draft", activity=None, submitted_at=None)
    reader = signed_in(session, client_for, asker)
    told = text_of(reader.get(f"/needs/{need.public_id}/chances").text)
    assert "Choose an activity and a period first" in told


REASON = {
    "need": "n",
    "reason": "lost_competition",
    "rule": None,
    "offers": 40,
    "funnel": [
        {"rule": "same_municipality", "left": 40},
        {"rule": "setting", "left": 30},
        {"rule": "veto", "left": 2},
        {"rule": "rights_only", "left": 1},
    ],
    "best_score": 0.6,
    "losses": [{"offer": "o", "score": 0.6, "winners": [], "behind": 0.04, "price": 0.071}],
    "changes": [
        {"rule": "mandate", "side": "offer", "field": "mandate", "certain": True},
        {"rule": "language", "side": "need", "field": "interpretation", "certain": True},
    ],
    "nearest": [],
    "in_full": True,
}


def left_without(session, need, **more):
    round_ = make_round(session, status="published", **more)
    session.add(RoundNeed(round_id=round_.id, need_id=need.id, matched=False, reason=REASON))
    session.flush()


def test_last_round_says_what_kept_most_away_and_what_it_would_have_cost(
    session, client_for, asker
):
    need = make_need(session, asker, status="unmatched")
    left_without(session, need)
    reader = signed_in(session, client_for, asker)
    told = text_of(reader.get(f"/needs/{need.public_id}/chances").text)
    assert "ruled out most offers: No setting is possible for both" in told
    assert "by which it would have been served: arrange interpretation." in told
    assert "fitted it better by 4 points of 100" in told
    assert "would have cost all matches together 7 points of 100" in told
    assert "ruled the other out" not in told and "lobbying for rights" not in told


def test_round_that_still_cools_off_is_not_told(session, client_for, asker):
    need = make_need(session, asker, status="unmatched")
    left_without(session, need, cool_off_ends_at=now().replace(year=now().year + 1))
    reader = signed_in(session, client_for, asker)
    told = text_of(reader.get(f"/needs/{need.public_id}/chances").text)
    assert "No round has left this need without a match." in told


@pytest.mark.parametrize("reason", ["barred_by_hand", "held_by_rule"])
def test_what_coordinators_decided_is_not_told(session, client_for, asker, reason):
    need = make_need(session, asker, status="unmatched")
    left_without(session, need)
    session.flush()
    row = session.scalars(select(RoundNeed)).one()
    row.reason = REASON | {"reason": reason}
    reader = signed_in(session, client_for, asker)
    told = text_of(reader.get(f"/needs/{need.public_id}/chances").text)
    assert "none could be proposed to you in this round" in told
    assert "coordinator ruled out" not in told and "demand of the round" not in told

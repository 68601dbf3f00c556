"""One page for each match: what stands on it, for whom, in which language."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from matchmaker.extensions import db
from matchmaker.models import AuditEvent, Municipality, NeedTopic, OfferTopic, Proposal
from matchmaker.proposals.queries import proposal_by_public_id
from matchmaker.safeguards.precondition_service import AnswerDraft, answer_for_need
from matchmaker.vocabulary import TOPICS
from matchmaker.workbench.audience import Audience
from matchmaker.workbench.dossier import dossier, facts_of_proposal
from matchmaker.workbench.texts import LANGUAGES, texts_in
from tests.factories import (
    TODAY,
    make_coordinator,
    make_requester,
    signed_in,
)
from tests.rounds.test_snapshot import counted

ARABIC = re.compile("[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefc]")


@pytest.fixture
def match(session, solved):
    """Give a match of a solved round between towns known by name."""
    proposal = session.scalars(select(Proposal).order_by(Proposal.id)).first()
    asking, helping = proposal.need.municipality, proposal.offer.municipality
    asking.name, asking.local_name, asking.region = "Secretburg", "Таємне", "Deep Region"
    helping.name, helping.region = "Helpstad", "Far Province"
    proposal.need.title = "Pipes of the Secret river"
    session.commit()
    return proposal


@pytest.fixture
def board(session, coordinator, match, client_for):
    return signed_in(session, client_for, coordinator)


@pytest.fixture
def address(match):
    return f"/proposals/{match.public_id}/dossier"


def printed(board, address, **choices):
    answer = board.post(f"{address}/pdf", choices)
    assert answer.status_code == 200
    return answer


def words_of(answer):
    return " ".join("".join(page.extract_text() for page in pages_of(answer)).split())


def pages_of(answer):
    return PdfReader(BytesIO(answer.data)).pages


def test_page_names_both_sides_with_region_and_country(board, address):
    text = board.get(address).text
    for words in ("Secretburg, Deep Region", "Helpstad, Far Province", "Ukraine"):
        assert words in text


def test_page_holds_codes_and_no_free_text(board, address):
    text = board.get(address).text
    assert "Drinking water supply (level 3)" in text
    assert "Secret river" not in text


def test_every_language_is_written_to_the_end(board, address):
    for language in LANGUAGES:
        text = board.get(f"{address}?language={language}").text
        assert f'lang="{language}"' in text
        assert texts_in(language).say("conflict") in text
        assert texts_in("en").say("conflict") in text


def test_unreviewed_language_stands_beside_the_english_and_says_so(board, address):
    text = board.get(f"{address}?language=fr").text
    assert texts_in("fr").say("unreviewed") in text
    assert 'class="tandem-dossier__english" lang="en"' in text


def test_english_stands_alone(board, address):
    assert "tandem-dossier__english" not in board.get(f"{address}?language=en").text


def test_unknown_language_is_that_of_the_page(board, address):
    assert board.get(f"{address}?language=xx").status_code == 200


def test_what_nobody_has_answered_is_said_plainly(board, address):
    assert "0 of 10 questions answered" in board.get(address).text


def test_board_reads_which_precondition_is_not_met_and_no_municipality_does(
    session, app, board, address, match, actor
):
    draft = AnswerDraft("leaders", "not_met", date(2026, 2, 3), "Report of 2026")
    answer_for_need(session, actor, match.need, draft)
    session.commit()
    told = board.get(address).text
    assert "not met: local leaders willing to bridge divides" in told
    assert "not met 1, met 0, not known 5" in told
    with app.test_request_context():
        for audience in Audience:
            facts = facts_of_proposal(db.session(), actor, match, audience)
            paper = str(dossier(texts_in("en"), facts))
            assert ("bridge divides" in paper) is (audience == Audience.BOARD)


def test_evidence_stands_beside_its_part(board, address):
    assert "Drinking water supply: " in board.get(address).text


def test_rivals_are_counted_and_not_named(session, board, address, match):
    towns = set(session.scalars(select(Municipality.name)))
    text = board.get(address).text
    told = text[text.index('class="tandem-dossier"') :]
    assert not [name for name in towns - {"Secretburg", "Helpstad"} if name in told]


def test_signature_is_told_by_role_and_association(session, board, address, match, coordinator):
    board.post(f"/proposals/{match.public_id}/sign")
    text = board.get(address).text
    session.rollback()
    assert coordinator.association.name in text
    assert "person 1" in text
    assert coordinator.user.email not in text


def test_hidden_side_prints_nothing(session, board, address, match):
    match.need.municipality.hidden = True
    session.commit()
    assert board.get(address).status_code == 404
    assert board.post(f"{address}/pdf").status_code == 404


def test_somebody_else_finds_no_dossier(session, match, client_for, address):
    for member in (make_requester(session), make_coordinator(session)):
        client = signed_in(session, client_for, member)
        assert client.get(address).status_code == 404
        assert client.post(f"{address}/pdf").status_code == 404


def test_side_out_of_scope_is_not_named(session, board, address, match, coordinator):
    match.offer.municipality.country = "NL"
    coordinator.association.scope = ["UA"]
    session.commit()
    text = board.get(address).text
    assert "Helpstad" not in text
    assert "A municipality outside the reader’s scope" in text
    assert "Secretburg" in text


def test_dossier_is_read_with_seven_queries(session, solved, app, board, address, actor):
    with app.test_request_context():
        keys = db.session().scalars(select(Proposal.public_id)).all()
        proposal = proposal_by_public_id(db.session(), keys[0], lean=True)
        with counted() as statements:
            facts_of_proposal(db.session(), actor, proposal, Audience.BOARD)
    assert len(statements) <= 7


@pytest.mark.paper
def test_typical_dossier_is_one_page_in_each_language(board, address):
    for language in LANGUAGES:
        assert len(pages_of(printed(board, address, language=language))) == 1, language


@pytest.mark.paper
def test_longest_dossier_is_one_page(session, board, address, match, coordinator):
    town, other = match.need.municipality, match.offer.municipality
    town.name = "Sankt Peter am Wallersberg an der langen Bundesstraße " * 3
    town.region = "Autonomous and Demilitarised Region of the Upper River " * 2
    other.name, other.region = town.name, town.region
    match.need.activity = "project.experts"
    codes = [code for code in TOPICS if code != "env.water"][:12]
    match.need.topics += [NeedTopic(topic_code=code, importance=1, level=5) for code in codes]
    match.offer.topics += [OfferTopic(topic_code=code, level=5) for code in codes]
    match.offer.mandate, match.offer.mandate_chance = "conditional", 0.4
    match.offer.mandate_lapses = TODAY + timedelta(days=90)
    match.offer.languages = ["en", "uk", "fr", "es", "ar", "de", "nl", "pl"]
    coordinator.association.name = "Association of Towns, Cities and Rural Communities " * 3
    session.commit()
    board.post(f"/proposals/{match.public_id}/sign")
    assert len(pages_of(printed(board, address, language="de"))) == 1


@pytest.mark.paper
def test_text_can_be_read_out_of_the_file(board, address):
    for language, name in (("en", "Secretburg"), ("uk", "Таємне")):
        words = words_of(printed(board, address, language=language))
        assert name in words
        assert texts_in(language).say("conflict") in words


@pytest.mark.paper
def test_arabic_is_set_in_the_fonts_that_are_carried(board, address):
    answer = printed(board, address, language="ar")
    (page,) = pages_of(answer)
    assert len(ARABIC.findall(page.extract_text())) > 200
    fonts = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}
    assert fonts
    assert all("Noto-Sans" in font or "Vazirmatn" in font for font in fonts), fonts


@pytest.mark.paper
def test_same_dossier_gives_the_same_bytes(board, address):
    assert printed(board, address).data == printed(board, address).data


@pytest.mark.paper
def test_file_tells_nobody_in_its_metadata_or_name(board, address):
    answer = printed(board, address)
    assert answer.headers["Content-Disposition"] == "attachment; filename=dossier.pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    read = PdfReader(BytesIO(answer.data))
    assert dict(read.metadata) == {"/Title": "Dossier of a match"}
    assert b"Secretburg" not in answer.data


@pytest.mark.paper
def test_printing_is_written_down(session, board, address, match):
    printed(board, address, language="nl", reader="helper")
    session.rollback()
    event = select(AuditEvent).where(AuditEvent.event == "proposal.dossier_printed")
    (row,) = session.scalars(event)
    assert (row.subject_id, row.details) == (
        match.public_id,
        {"language": "nl", "audience": "helper"},
    )

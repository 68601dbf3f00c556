"""Papers for a council: one that singles nobody out, and one that names only by consent."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.councils.grounds import grounds
from matchmaker.councils.texts import council_texts
from matchmaker.models import AnnexConsent, Publication, now
from matchmaker.workbench.texts import LANGUAGES
from tests.factories import (
    make_helper,
    make_municipality,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
)
from tests.offers.walk import fresh

PLACE = "/proposals/{}/council-paper"


@pytest.fixture
def helper(session):
    return make_helper(session)


def match_of(session, helper, town=None, **need):
    """Make a match that the helper accepted subject to its council."""
    asker = make_requester(session, town or make_municipality(session, local_name="Місто"))
    values = {"status": "subject_to_council", "offered_at": now()}
    asked = make_need(session, asker, **{"status": "in_round"} | need)
    offer = make_offer(session, helper, effort_days=45, commitment_months=18)
    return asker, make_proposal(session, need=asked, offer=offer, **values)


def publish(session, **asked):
    day = now().date()
    as_of = day - timedelta(days=7)
    session.add(Publication(published_on=day, as_of=as_of, figures={"asked": asked}))


def text_of(reader, proposal, language="en"):
    answer = reader.post(f"{PLACE.format(proposal.public_id)}/text", {"language": language})
    assert answer.status_code == 200
    return answer.text


def test_public_paper_says_what_a_council_asks(session, client_for, helper):
    _, proposal = match_of(session, helper)
    publish(session, env={"country:UA": 10})
    session.commit()
    text = text_of(client_for(helper), proposal)
    for told in (
        "Where: Ukraine\n",
        "About 10 municipalities",
        "shall be entitled",
        "in the general framework of their foreign policies",
        "prefers it to be in line",
        "own staff: 45",
        "Commitment: 18 months",
        "with a reason",
        "Conflict check".upper(),
    ):
        assert told in text


def test_public_papers_of_two_needs_differ_in_nothing_but_theme_and_place(
    session, client_for, helper
):
    publish(session, env={"country:UA": 10})
    _, one = match_of(session, helper)
    far = make_municipality(session, name="Elsewhere", region="Lviv", population=900_000)
    _, other = match_of(
        session,
        helper,
        far,
        title="Something else",
        description="Other words",
        settings=["international"],
        languages=["uk"],
        topics=(("env.waste", 3, 5), ("peace.mediation", 1, 2)),
        activity="project.reconstruction",
        window_start=now().date() + timedelta(days=9),
        effort_days=7,
        low_profile=True,
        urgent=True,
    )
    session.commit()
    reader = client_for(helper)
    for language in ("en", "ar"):
        assert text_of(reader, one, language) == text_of(reader, other, language)


def test_country_with_too_few_is_not_named(session, client_for, helper):
    publish(session, env={"continent:EU": 10})
    _, proposal = match_of(session, helper)
    session.commit()
    text = text_of(client_for(helper), proposal)
    assert "Ukraine" not in text
    assert "Where: Europe" in text


def test_without_a_figure_no_part_of_the_world_is_named(session, client_for, helper):
    _, proposal = match_of(session, helper)
    session.commit()
    text = text_of(client_for(helper), proposal)
    assert "a conflict area" in text
    assert not {"Ukraine", "Europe"} & set(text.split())


def test_paper_is_there_in_each_language_and_as_pdf_text_and_page(session, client_for, helper):
    _, proposal = match_of(session, helper)
    session.commit()
    reader, place = client_for(helper), PLACE.format(proposal.public_id)
    page = reader.get(f"{place}?language=uk").text
    assert "Пропозиція раді" in page and "Proposal to the council" in page
    assert reader.post(f"{place}/pdf").data.startswith(b"%PDF")


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_of_each_language_have_the_same_keys_and_values(language):
    english, other = council_texts("en"), council_texts(language)
    assert set(other.texts) == set(english.texts)
    for key, text in english.texts.items():
        names = {part.split("}")[0] for part in text.split("{")[1:]}
        assert names == {part.split("}")[0] for part in other.texts[key].split("{")[1:]}, key


def test_each_ground_names_where_it_is_from_and_how_far_it_was_checked():
    rows = grounds()
    assert [row.code for row in rows] == ["charter", "congress", "protect"]
    assert all(row.quoted_from and row.original and row.standing for row in rows)
    assert not rows[-1].quote  # described, for nothing of it could be verified


@pytest.mark.shared_data
def test_quotations_stand_in_the_paper_they_are_taken_from():
    from tests.shared_data import SHARED

    paper = (SHARED / "source" / "musch-sizoo-2009-city-diplomacy.txt").read_text("utf-8")
    assert all(row.quote in paper for row in grounds())


def test_annex_names_the_town_only_after_its_consent(session, client_for, helper):
    asker, proposal = match_of(session, helper, title="Pumps of the river quarter")
    session.commit()
    reader, town = client_for(helper), client_for(asker)
    place = PLACE.format(proposal.public_id)
    assert reader.post(f"/proposals/{proposal.public_id}/ask-to-name").status_code == 303
    key = fresh(session).scalars(select(AnnexConsent.public_id)).one()
    assert reader.post(f"/naming/{key}/annex/text").status_code == 404
    assert f"/naming/{key}" in town.get("/home").text
    seen = town.get(f"/naming/{key}").text
    assert "Netherlands" in seen and proposal.offer.municipality.name not in seen
    assert town.post(f"/naming/{key}/give").status_code == 303
    assert "Місто" not in reader.get(place).text
    annex = reader.post(f"/naming/{key}/annex/text", {"language": "en"}).text
    assert "Місто" in annex and "river quarter" not in annex
    assert "Місто" in reader.post(f"/naming/{key}/annex").text
    assert reader.post(f"/naming/{key}/annex/pdf").data.startswith(b"%PDF")
    assert fresh(session).scalars(select(AnnexConsent.status)).one() == "printed"


def test_refused_consent_leaves_the_match_as_it_is(session, client_for, helper):
    asker, proposal = match_of(session, helper)
    row = AnnexConsent(proposal=proposal)
    session.add(row)
    session.commit()
    assert client_for(asker).post(f"/naming/{row.public_id}/refuse").status_code == 303
    session.expire_all()
    assert (row.status, row.proposal.status) == ("refused", "subject_to_council")


def test_nobody_else_reads_or_answers(session, client_for, helper):
    asker, proposal = match_of(session, helper)
    row = AnnexConsent(proposal=proposal, status="given")
    session.add(row)
    session.commit()
    for member in (make_helper(session), asker):
        session.commit()
        other = client_for(member)
        assert other.get(PLACE.format(proposal.public_id)).status_code == 404
        assert other.post(f"/naming/{row.public_id}/annex/text").status_code == 404
    assert client_for(helper).post(f"/naming/{row.public_id}/take-back").status_code == 404


@pytest.mark.parametrize("status", ["declined", "lapsed", "undone"])
def test_papers_go_with_the_match(session, client_for, helper, status):
    _, proposal = match_of(session, helper)
    proposal.status = proposal.moved_to = status
    session.commit()
    assert client_for(helper).get(PLACE.format(proposal.public_id)).status_code == 404

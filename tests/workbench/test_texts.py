"""The fixed texts of papers: complete in each language, so that no English stands among others."""

import re
from string import Formatter

import pytest
from flask_babel import force_locale, gettext
from sqlalchemy import select

from matchmaker import vocabulary
from matchmaker.config import TOP
from matchmaker.exchange.sentences import REASONS
from matchmaker.extensions import db
from matchmaker.models import NeedTopic, OfferTopic, Partnership, Proposal, Round
from matchmaker.proposals.wording import SIZE_BANDS
from matchmaker.rounds import service
from matchmaker.vocabulary import ACTIVITIES, TOPICS
from matchmaker.vocabulary.impact import QUESTIONS
from matchmaker.web import showing
from matchmaker.workbench.audience import Audience
from matchmaker.workbench.beside import Line, paper_in
from matchmaker.workbench.dossier import dossier, facts_of_proposal
from matchmaker.workbench.report import facts_of_round, report
from matchmaker.workbench.texts import LANGUAGES, texts_in
from tests.factories import make_round
from tests.rounds.conftest import fill

WITH_CATALOGUE = ("uk", "ar")
WITHOUT_CATALOGUE = ("fr", "es", "de", "nl")
ENUMERATIONS = (
    "Category",
    "Criterion",
    "DecisionKind",
    "Depth",
    "Mandate",
    "Part",
    "Phase",
    "Policy",
    "Presence",
    "ProposalStatus",
    "Setting",
    "TieKind",
    "UnknownAs",
)
MODULES = ("conflict", "dossier", "evidence_figures", "report", "sides")
ALIKE = {"Dialogue", "Expertise", "Lobby", "Project"}
"""Words that another of the languages writes as English does."""
NAMES = {"Ukraine", "Town"}
"""Parts of the names of places in these tests."""
ISOLATED = re.compile("\u2068[^\u2069]*\u2069")
DIGEST = re.compile(r"\b[0-9a-f]{40,}\b")


def words_of_papers():
    """Return every English word that goes through the labels of a paper."""
    words = {one.label for name in ENUMERATIONS for one in getattr(vocabulary, name)}
    words |= {one.label for one in (*ACTIVITIES.values(), *TOPICS.values())}
    words |= {one.label for one in QUESTIONS.values()}
    words |= {*REASONS.values(), *(label for _, label in SIZE_BANDS)}
    words |= {"more than 1 million inhabitants", "size not stated"}
    for name in MODULES:
        source = (TOP / "matchmaker" / "workbench" / f"{name}.py").read_text(encoding="utf-8")
        words |= set(re.findall(r'(?:label|word)\(gettext\("([^"]+)"\)\)', source))
    return words


def lines_of(content):
    """Return all lines of a paper."""
    if isinstance(content, Line):
        return [content]
    if isinstance(content, dict):
        content = content.values()
    return [one for part in content for one in lines_of(part)] if _is_many(content) else []


def _is_many(content):
    return not isinstance(content, str | bool | int | float | None)


def places_in(text):
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


@pytest.fixture
def papers(session, app, coordinator, actor):
    """Give a function that writes the dossier and the report of a round in a language."""
    needs, offers = fill(session, 3, 2)
    for need, offer in zip(needs, offers, strict=False):
        need.topics += [NeedTopic(topic_code="env.waste", importance=1, level=3)]
        offer.topics += [OfferTopic(topic_code="env.waste", level=4)]
        first, second = sorted((need.municipality_id, offer.municipality_id))
        session.add(Partnership(a_id=first, b_id=second, kind="twinning", since=1998))
    round_ = make_round(session, coordinator)
    service.run_round(session, actor, round_)
    session.commit()

    def write(language):
        with app.test_request_context():
            proposal = db.session().scalars(select(Proposal).order_by(Proposal.id)).first()
            told = facts_of_proposal(db.session(), actor, proposal, Audience.OTHERS)
            of_round = facts_of_round(db.session(), actor, db.session().get(Round, round_.id))
            both = (
                paper_in(language, lambda texts: dossier(texts, told)),
                paper_in(language, lambda texts: report(texts, of_round)),
            )
            return [line for paper in both for line in lines_of(paper.content)]

    return write


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_each_language_has_every_text_with_the_same_places(language):
    english, other = texts_in("en").texts, texts_in(language).texts
    assert list(other) == list(english)
    for key, text in english.items():
        assert places_in(other[key]) == places_in(text), key


@pytest.mark.parametrize("language", WITHOUT_CATALOGUE)
def test_every_word_has_a_label_where_the_site_has_no_catalogue(language):
    labels = texts_in(language).labels
    assert set(labels) == words_of_papers()
    assert {word for word, own in labels.items() if own == word} <= ALIKE


@pytest.mark.parametrize("language", WITH_CATALOGUE)
def test_every_word_is_in_the_catalogue_of_a_language_the_site_speaks(app, language):
    assert not texts_in(language).labels
    with app.test_request_context(), force_locale(language):
        assert not [word for word in words_of_papers() if gettext(word) == word]


@pytest.mark.parametrize("language", [*WITH_CATALOGUE, *WITHOUT_CATALOGUE])
def test_no_line_of_a_paper_is_english_only(papers, language):
    """A line that is the same in both languages holds figures, dates, digests or names."""
    alike = [one.text for one in papers(language) if one.text and not one.english]
    words = set(re.findall(r"[A-Za-z]{4,}", DIGEST.sub("", " ".join(alike))))
    assert not words - ALIKE - NAMES


@pytest.mark.parametrize("language", WITH_CATALOGUE)
def test_own_lines_are_in_the_script_of_the_language(papers, language):
    script = {"uk": "Cyrl", "ar": "Arab"}[language]
    for one in papers(language):
        told = ISOLATED.sub("", one.text)
        if one.english and any(letter.isalpha() for letter in told):
            assert showing.script_of(told) == script, one

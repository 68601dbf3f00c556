"""Every page of the workbench asks few queries, as many for a large round as for a small one."""

import pytest
from sqlalchemy import select

from matchmaker.models import Need, Offer, Proposal, RoundNeed
from matchmaker.rounds import service
from matchmaker.vocabulary import OverrideReason
from matchmaker.workbench import scenario_service
from matchmaker.workbench.scenario_work import Asked
from tests.factories import actor_of, make_coordinator, make_need, make_offer, make_round, signed_in
from tests.workbench.counting import MOST, queries_of

ROUND = (
    "",
    "/settings",
    "/proposals",
    "/proposals?signatures=none&sort=weakest",
    "/unmatched",
    "/unused",
    "/helpers",
    "/pairs",
    "/window",
    "/map",
    "/offers-wanted",
    "/approve-plain",
    "/publish",
    "/report",
    "/files",
    "/repeat",
    "/scenarios",
    "/scenarios/{a}",
    "/scenarios/compare?a={a}&b={b}",
    "/scenarios/adjust",
    "/scenarios/adjust?kind=lock",
    "/scenarios/adjust?kind=lock&need={left}&offer={offer}",
    "/scenarios/adjust?kind=bar&need={need}&offer={offer}",
    "/scenarios/adjust?kind=serve&need={left}",
    "/scenarios/adjust?kind=pause&offer={offer}",
    "/scenarios/adjust?kind=bar&need={need}&offer={offer}&scenario={b}",
    "/unmatched/{left}",
    "/why-not/need/{left}",
    "/why-not/offer/{offer}",
    "/why-not/need/{left}/{offer}",
)
PROPOSAL = ("", "/dossier", "/sure")


def solved_with(session, n_needs, n_offers):
    """Solve a round of so many needs and offers that a new coordinator opens."""
    coordinator = make_coordinator(session)
    for _ in range(n_needs):
        make_need(session)
    for _ in range(n_offers):
        make_offer(session)
    round_ = make_round(session, coordinator)
    service.run_round(session, actor_of(coordinator), round_)
    session.commit()
    return coordinator, round_


def pages_of(session, coordinator, round_):
    """Save two scenarios, and return every page of the round."""
    of_round = Proposal.round_id == round_.id
    proposal = session.scalars(select(Proposal).where(of_round).order_by(Proposal.id)).first()
    pair = [session.get(Need, proposal.need_id), session.get(Offer, proposal.offer_id)]
    left = session.scalars(
        select(RoundNeed).where(RoundNeed.round_id == round_.id, RoundNeed.matched.is_(False))
    ).first()
    things = {"need": pair[0].public_id, "offer": pair[1].public_id, "left": left.need.public_id}
    for name, asked in (
        ("a", Asked("bar", things["need"], things["offer"])),
        ("b", Asked("serve", things["left"])),
    ):
        why = OverrideReason.OTHER, "To try it."
        made = scenario_service.adjust(
            session, actor_of(coordinator), round_, None, asked, *why, name=name
        )
        things[name] = made.public_id
    session.commit()
    pages = {path: f"/rounds/{round_.public_id}{path.format(**things)}" for path in ROUND}
    return pages | {f"proposal{p}": f"/proposals/{proposal.public_id}{p}" for p in PROPOSAL}


@pytest.fixture
def counts(session, client_for):
    """Give the number of queries of each page, in a small round and in a larger one."""
    found = []
    for n_needs, n_offers in ((4, 3), (14, 9)):
        coordinator, round_ = solved_with(session, n_needs, n_offers)
        pages = pages_of(session, coordinator, round_)
        board = signed_in(session, client_for, coordinator)
        found.append({name: len(queries_of(board, url)) for name, url in pages.items()})
    return found


def test_every_page_asks_few_queries_whatever_the_number_of_rows(counts):
    small, large = counts
    assert {name: n for name, n in large.items() if n > MOST} == {}
    assert {name: (small[name], n) for name, n in large.items() if n > small[name]} == {}

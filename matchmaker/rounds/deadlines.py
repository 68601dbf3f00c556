"""What time brings about: offers that are due, answers that are late, windows that have passed."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from matchmaker.access import PLATFORM
from matchmaker.audit import move
from matchmaker.errors import MatchmakerError
from matchmaker.jobs import silent_jobs
from matchmaker.models import Need, Offer, now
from matchmaker.offers.mandate_steps import remind_of_vote, votes_near
from matchmaker.proposals import queries, service
from matchmaker.proposals.answer_dates import remind
from matchmaker.rounds import next_best
from matchmaker.rounds.solving import fail_silent_job
from matchmaker.safeguards import risk_queries
from matchmaker.safeguards.risk_service import remind_of_risk
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import Mandate, NeedStatus, OfferStatus

log = logging.getLogger(__name__)

ENDED_NEEDS = (NeedStatus.DRAFT.value, NeedStatus.CLOSED.value, NeedStatus.WITHDRAWN.value)
ENDED_OFFERS = (OfferStatus.DRAFT.value, OfferStatus.CLOSED.value, OfferStatus.WITHDRAWN.value)
IN_HANDS = (NeedStatus.IN_ROUND.value, NeedStatus.MATCHED.value)
"""A need that is being matched or helped stays, whatever its window says."""


def run_due(
    session: Session,
    at: datetime | None = None,
    answer_within: timedelta = service.ANSWER_WITHIN,
) -> dict[str, int]:
    """Do what is due, each thing in a transaction of its own; return how many of each kind.

    `not_done` counts what failed in an unforeseen way.
    """
    at = at or now()
    failed: list[str] = []

    def each(keys: list[str], act: Callable[[Session, str], None]) -> int:
        return _each(failed, keys, _in_one(act))

    done = {
        "undone": each(queries.orphaned_proposals(session), _withdraw_orphan),
        "lapsed": each(
            queries.proposals_due_to_lapse(session, at), lambda work, key: _lapse(work, key, at)
        ),
        "offered": each(
            queries.proposals_due_to_offer(session, at),
            lambda work, key: _offer(work, key, answer_within, at),
        ),
        "reminded": each(
            queries.proposals_due_to_remind(session, at),
            lambda work, key: remind(work, PLATFORM, _proposal(work, key), at),
        ),
        "votes": each(
            [str(key) for key in votes_near(session, at.date())],
            lambda work, key: remind_of_vote(work, int(key), at),
        ),
        "risks_reminded": each(
            risk_queries.due_to_remind(session, at.date()),
            lambda work, key: _remind_of_risk(work, key, at),
        ),
        "mandates": each(lapsed_mandates(session, at.date()), _lapse_offer),
        "needs_closed": each(passed_needs(session, at.date()), _close_need),
        "offers_closed": each(passed_offers(session, at.date()), _close_offer),
    }
    # Last, for what has just ended frees a place too.
    freed = next_best.freed_proposals(session)
    done["next_best"] = _each(failed, freed, lambda key: next_best.replace_freed(session, key))
    silent = silent_jobs(session)
    session.expunge_all()
    for job in silent:
        fail_silent_job(job)
    return done | {"jobs_failed": len(silent), "not_done": len(failed)}


def lapsed_mandates(session: Session, today: date) -> list[str]:
    """Return offers whose conditional mandate was not given in time."""
    return list(
        session.scalars(
            select(Offer.public_id).where(
                Offer.mandate == Mandate.CONDITIONAL,
                Offer.mandate_lapses < today,
                Offer.status.not_in((*ENDED_OFFERS, OfferStatus.LAPSED.value)),
            )
        )
    )


def passed_needs(session: Session, today: date) -> list[str]:
    """Return needs whose window has passed and that nobody is matching or helping."""
    over = Need.status.not_in((*ENDED_NEEDS, *IN_HANDS))
    return list(session.scalars(select(Need.public_id).where(Need.window_end < today, over)))


def passed_offers(session: Session, today: date) -> list[str]:
    """Return offers whose window has passed and of which no place is taken."""
    over = Offer.status.not_in(ENDED_OFFERS)
    return list(
        session.scalars(
            select(Offer.public_id).where(Offer.window_end < today, over, Offer.places_taken == 0)
        )
    )


def _in_one(act: Callable[[Session, str], None]) -> Callable[[str], object]:
    """Return what does one thing in a transaction of its own."""

    def done(key: str) -> None:
        with transaction() as work:
            act(work.session, key)

    done.__name__ = act.__name__
    return done


def _each(failed: list[str], keys: list[str], act: Callable[[str], object]) -> int:
    n_done = 0
    name = getattr(act, "__name__", "")
    for key in keys:
        try:
            act(key)
            n_done += 1
        except (MatchmakerError, DBAPIError) as error:
            # Somebody was faster, or it comes round again at the next tick.
            log.info("due_not_done kind=%s error=%s", name, type(error).__name__)
        except Exception:  # a fault over one row must not hold up all others
            log.exception("due_not_done kind=%s", name)
            failed.append(key)
    return n_done


def _proposal(session: Session, key: str) -> Any:
    return queries.proposal_by_public_id(session, key)


def _withdraw_orphan(session: Session, key: str) -> None:
    service.withdraw_orphan(session, PLATFORM, _proposal(session, key))


def _lapse(session: Session, key: str, at: datetime) -> None:
    service.lapse_proposal(session, PLATFORM, _proposal(session, key), at)


def _offer(session: Session, key: str, answer_within: timedelta, at: datetime) -> None:
    service.offer_proposal(session, PLATFORM, _proposal(session, key), answer_within, at)


def _row(session: Session, model: Any, key: str) -> Any:
    return session.scalars(
        select(model).where(model.public_id == key).with_for_update(of=model)
    ).one()


def _remind_of_risk(session: Session, key: str, at: datetime) -> None:
    question = risk_queries.risk_by_public_id(session, key)
    assert question is not None
    remind_of_risk(session, PLATFORM, question, at)


def _lapse_offer(session: Session, key: str) -> None:
    offer = _row(session, Offer, key)
    offer.mandate = Mandate.LAPSED.value
    move(session, PLATFORM, offer, OfferStatus.LAPSED, {"reason": "mandate_lapsed"})


def _close_need(session: Session, key: str) -> None:
    need = _row(session, Need, key)
    move(session, PLATFORM, need, NeedStatus.CLOSED, {"reason": "window_passed"})


def _close_offer(session: Session, key: str) -> None:
    offer = _row(session, Offer, key)
    move(session, PLATFORM, offer, OfferStatus.CLOSED, {"reason": "window_passed"})

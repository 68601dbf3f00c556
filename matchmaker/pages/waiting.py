"""What waits for somebody, gathered from the rooms below and put into words."""

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.engagements.queries import engagements_waiting_for
from matchmaker.municipalities.queries import (
    expired_areas_waiting_for,
    registrations_waiting_for,
)
from matchmaker.needs.queries import needs_waiting_for
from matchmaker.offers.queries import offers_waiting_for
from matchmaker.proposals.queries import answers_waiting_for, proposals_awaiting_signature_of
from matchmaker.rounds.queries import rounds_waiting_for
from matchmaker.vocabulary import NeedStatus, OfferStatus, Role
from matchmaker.web.navigation import Waiting


def waiting_for(session: Session, actor: Actor) -> list[Waiting]:
    """Return what waits for the actor, the most urgent first."""
    gather = {
        Role.REQUESTER: _for_requester,
        Role.HELPER: _for_helper,
        Role.COORDINATOR: _for_coordinator,
    }.get(actor.role)  # type: ignore[call-overload]
    return [item for item in gather(session, actor) if item.count] if gather else []


def _for_requester(session: Session, actor: Actor) -> list[Waiting]:
    needs = needs_waiting_for(session, actor)
    returned = needs.get(NeedStatus.RETURNED, 0)
    drafts = needs.get(NeedStatus.DRAFT, 0)
    return [
        *_answers(session, actor),
        Waiting(
            ngettext(
                "%(num)d need came back with a question",
                "%(num)d needs came back with a question",
                returned,
            ),
            url_for("needs.index", status=NeedStatus.RETURNED.value),
            returned,
        ),
        *_starts(session, actor),
        Waiting(
            ngettext("%(num)d need is not finished", "%(num)d needs are not finished", drafts),
            url_for("needs.index", status=NeedStatus.DRAFT.value),
            drafts,
        ),
    ]


def _for_helper(session: Session, actor: Actor) -> list[Waiting]:
    offers = offers_waiting_for(session, actor)
    returned = offers.get(OfferStatus.RETURNED, 0)
    drafts = offers.get(OfferStatus.DRAFT, 0)
    return [
        *_answers(session, actor),
        Waiting(
            ngettext(
                "%(num)d offer came back with a question",
                "%(num)d offers came back with a question",
                returned,
            ),
            url_for("offers.index", status=OfferStatus.RETURNED.value),
            returned,
        ),
        *_starts(session, actor),
        Waiting(
            ngettext("%(num)d offer is not finished", "%(num)d offers are not finished", drafts),
            url_for("offers.index", status=OfferStatus.DRAFT.value),
            drafts,
        ),
    ]


def _answers(session: Session, actor: Actor) -> list[Waiting]:
    """Return one line per match that waits for an answer of the own municipality."""
    return [
        Waiting(
            gettext("A match waits for your answer"),
            url_for("proposals.answer", public_id=proposal.public_id),
        )
        for proposal in answers_waiting_for(session, actor)
    ]


def _starts(session: Session, actor: Actor) -> list[Waiting]:
    """Return one line per accepted match that could begin."""
    return [
        Waiting(
            gettext("An accepted match can begin"),
            url_for("engagements.show", public_id=engagement.public_id),
        )
        for engagement in engagements_waiting_for(session, actor)
    ]


def _for_coordinator(session: Session, actor: Actor) -> list[Waiting]:
    signatures = len(proposals_awaiting_signature_of(session, actor))
    towns = registrations_waiting_for(session, actor)
    needs = needs_waiting_for(session, actor).get(NeedStatus.SUBMITTED, 0)
    offers = offers_waiting_for(session, actor).get(OfferStatus.SUBMITTED, 0)
    areas = len(expired_areas_waiting_for(session, actor))
    rounds = [
        Waiting(
            gettext("Round “%(title)s” is in review", title=round_.title),
            url_for("rounds.show", public_id=round_.public_id),
        )
        for round_ in rounds_waiting_for(session, actor)
    ]
    return [
        Waiting(
            ngettext(
                "%(num)d proposal waits for your signature",
                "%(num)d proposals wait for your signature",
                signatures,
            ),
            rounds[0].href if rounds else url_for("rounds.index"),
            signatures,
        ),
        *rounds,
        Waiting(
            ngettext(
                "%(num)d municipality waits for verification",
                "%(num)d municipalities wait for verification",
                towns,
            ),
            url_for("municipalities.index", status="registered"),
            towns,
        ),
        Waiting(
            ngettext(
                "%(num)d need waits for verification",
                "%(num)d needs wait for verification",
                needs,
            ),
            url_for("needs.index", status=NeedStatus.SUBMITTED.value),
            needs,
        ),
        Waiting(
            ngettext(
                "%(num)d offer waits for verification",
                "%(num)d offers wait for verification",
                offers,
            ),
            url_for("offers.index", status=OfferStatus.SUBMITTED.value),
            offers,
        ),
        Waiting(
            ngettext(
                "%(num)d conflict area has to be confirmed again",
                "%(num)d conflict areas have to be confirmed again",
                areas,
            ),
            url_for("municipalities.areas"),
            areas,
        ),
    ]

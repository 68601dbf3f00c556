"""What waits for somebody, gathered from the rooms below and put into words."""

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.cases.waiting import waiting_with_a_case
from matchmaker.engagements.queries import engagements_waiting_for
from matchmaker.memberships.queries import hand_overs_waiting_for, municipalities_without_anybody
from matchmaker.messages.queries import n_unread
from matchmaker.models import Application, Municipality
from matchmaker.municipalities.official_codes import doubted_codes
from matchmaker.municipalities.queries import (
    expired_areas_waiting_for,
)
from matchmaker.needs.queries import UNCONFIRMED, needs_waiting_for
from matchmaker.offers.queries import offers_waiting_for
from matchmaker.pages.in_work import going_on, pulses_in, tasks_in
from matchmaker.pages.waiting_administrator import for_administrator
from matchmaker.pages.waiting_councils import consents, decisions
from matchmaker.proposals.queries import answers_waiting_for, proposals_awaiting_signature_of
from matchmaker.rounds.queries import rounds_waiting_for
from matchmaker.safeguards.risk_views import risks_waiting_for
from matchmaker.verification.queries import (
    application_of,
    applications_waiting_for,
    changes_waiting_for,
)
from matchmaker.vocabulary import (
    N_,
    ApplicationStatus,
    MunicipalityStatus,
    NeedStatus,
    OfferStatus,
    Role,
)
from matchmaker.web.navigation import Waiting
from matchmaker.workbench.hint_queries import unseen_hints


def waiting_for(session: Session, actor: Actor) -> list[Waiting]:
    """Return what waits for the actor, the most urgent first."""
    gather = {
        Role.REQUESTER: _for_requester,
        Role.HELPER: _for_helper,
        Role.COORDINATOR: _for_coordinator,
        Role.ADMINISTRATOR: for_administrator,
    }.get(actor.role)  # type: ignore[call-overload]
    found = _application(session, actor) + _hand_overs(session, actor)
    found += waiting_with_a_case(session, actor)
    found += gather(session, actor) if gather else []
    return [item for item in found if item.count]


APPLICATION_LINES = {
    ApplicationStatus.DOUBTED: N_("The coordinators have a question about your municipality"),
    ApplicationStatus.REJECTED: N_("Your municipality was not accepted: why, and how to appeal"),
    ApplicationStatus.REFUSED: N_("Your appeal was refused: why"),
}
"""What an application tells those who act for the municipality, where it is their turn to read."""


NOT_ACCEPTED = (
    ApplicationStatus.REJECTED,
    ApplicationStatus.APPEALED,
    ApplicationStatus.REFUSED,
)


def was_rejected(session: Session, actor: Actor) -> bool:
    """Tell whether the municipality acted for was not accepted: nothing goes on for it then."""
    latest = _latest_application(session, actor)
    return latest is not None and latest.status in NOT_ACCEPTED


def _latest_application(session: Session, actor: Actor) -> Application | None:
    """Return the latest application of the municipality acted for, while it is not verified."""
    town = session.get(Municipality, actor.municipality_id) if actor.municipality_id else None
    if town is None or town.status != MunicipalityStatus.REGISTERED:
        return None
    return application_of(session, town)


def _application(session: Session, actor: Actor) -> list[Waiting]:
    """Return one line where the own application came back with a question or was rejected."""
    latest = _latest_application(session, actor)
    line = APPLICATION_LINES.get(ApplicationStatus(latest.status)) if latest else None
    if latest is None or line is None:
        return []
    return [Waiting(gettext(line), url_for("verification.show", public_id=latest.public_id))]


def _hand_overs(session: Session, actor: Actor) -> list[Waiting]:
    """Return one line where somebody wants to hand the charge over to the reader."""
    if actor.membership_id is None:
        return []
    waiting = len(hand_overs_waiting_for(session, actor))
    return [Waiting(gettext("You are asked to take charge"), url_for("memberships.index"), waiting)]


def _for_requester(session: Session, actor: Actor) -> list[Waiting]:
    needs = needs_waiting_for(session, actor)
    returned = needs.get(NeedStatus.RETURNED, 0)
    drafts = needs.get(NeedStatus.DRAFT, 0)
    unconfirmed = needs.get(UNCONFIRMED, 0)
    return [
        *_answers(session, actor),
        *consents(session, actor),
        Waiting(
            ngettext(
                "%(num)d need that a coordinator wrote down for you waits for your confirmation",
                "%(num)d needs that a coordinator wrote down for you wait for your confirmation",
                unconfirmed,
            ),
            url_for("needs.index", status=UNCONFIRMED),
            unconfirmed,
        ),
        _messages(session, actor),
        Waiting(
            ngettext(
                "%(num)d need came back with a question",
                "%(num)d needs came back with a question",
                returned,
            ),
            url_for("needs.index", status=NeedStatus.RETURNED.value),
            returned,
        ),
        *pulses_in(session, actor),
        *_starts(session, actor),
        *risks_waiting_for(session, actor),
        *_hints(session, actor),
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
        *decisions(session, actor),
        _messages(session, actor),
        Waiting(
            ngettext(
                "%(num)d offer came back with a question",
                "%(num)d offers came back with a question",
                returned,
            ),
            url_for("offers.index", status=OfferStatus.RETURNED.value),
            returned,
        ),
        *pulses_in(session, actor),
        *_starts(session, actor),
        *risks_waiting_for(session, actor),
        *_hints(session, actor),
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


def _messages(session: Session, actor: Actor) -> Waiting:
    """Return a line for the conversations with something new."""
    unread = n_unread(session, actor)
    return Waiting(
        ngettext(
            "%(num)d conversation has something new",
            "%(num)d conversations have something new",
            unread,
        ),
        url_for("messages.index"),
        unread,
    )


def _starts(session: Session, actor: Actor) -> list[Waiting]:
    """Return one line per accepted match that could begin."""
    return [
        Waiting(
            gettext("An accepted match can begin"),
            url_for("engagements.show", public_id=engagement.public_id),
        )
        for engagement in engagements_waiting_for(session, actor)
    ]


def _hints(session: Session, actor: Actor) -> list[Waiting]:
    """Return one line per hint or call that was passed on and is not put away."""
    return [
        Waiting(
            gettext("A coordinator passed on a hint")
            if hint.need_id
            else gettext("Which help is wanted: a call of your association"),
            url_for("hints.show", public_id=hint.public_id),
        )
        for hint in unseen_hints(session, actor)
    ]


def _needs_to_check(needs: dict[str, int]) -> list[Waiting]:
    """Return the lines for needs to verify, to have read back, and to finish writing down."""
    submitted = needs.get(NeedStatus.SUBMITTED, 0)
    unconfirmed, drafts = needs.get(UNCONFIRMED, 0), needs.get(NeedStatus.DRAFT, 0)
    return [
        Waiting(
            ngettext(
                "%(num)d need waits for verification",
                "%(num)d needs wait for verification",
                submitted,
            ),
            url_for("needs.index", status=NeedStatus.SUBMITTED.value),
            submitted,
        ),
        Waiting(
            ngettext(
                "%(num)d need waits to be read back by its municipality",
                "%(num)d needs wait to be read back by their municipalities",
                unconfirmed,
            ),
            url_for("needs.index", status=UNCONFIRMED),
            unconfirmed,
        ),
        Waiting(
            ngettext(
                "%(num)d need that you write down for a municipality is not finished",
                "%(num)d needs that you write down for a municipality are not finished",
                drafts,
            ),
            url_for("needs.index", status=NeedStatus.DRAFT.value),
            drafts,
        ),
    ]


def _for_coordinator(session: Session, actor: Actor) -> list[Waiting]:
    to_sign = proposals_awaiting_signature_of(session, actor)
    across = sum(
        proposal.round is not None and proposal.round.association_id != actor.association_id
        for proposal in to_sign
    )
    signatures = len(to_sign) - across
    towns = applications_waiting_for(session, actor)
    needs = needs_waiting_for(session, actor)
    offers = offers_waiting_for(session, actor).get(OfferStatus.SUBMITTED, 0)
    areas = len(expired_areas_waiting_for(session, actor))
    alone = len(session.scalars(municipalities_without_anybody(actor)).all())
    rounds = [
        Waiting(
            gettext("Round “%(title)s” is in review", title=round_.title),
            url_for("rounds.show", public_id=round_.public_id),
        )
        for round_ in rounds_waiting_for(session, actor)
    ]
    return [
        *tasks_in(session, actor),
        Waiting(
            ngettext(
                "%(num)d proposal waits for your signature",
                "%(num)d proposals wait for your signature",
                signatures,
            ),
            rounds[0].href if rounds else url_for("rounds.index"),
            signatures,
        ),
        _messages(session, actor),
        *going_on(session, actor),
        *risks_waiting_for(session, actor),
        Waiting(
            ngettext(
                "%(num)d match with another association waits for your signature",
                "%(num)d matches with other associations wait for your signature",
                across,
            ),
            url_for("proposals.across"),
            across,
        ),
        *rounds,
        Waiting(
            ngettext(
                "%(num)d municipality waits for verification",
                "%(num)d municipalities wait for verification",
                towns,
            ),
            url_for("verification.index"),
            towns,
        ),
        *_identities(session, actor),
        Waiting(
            ngettext(
                "Nobody answers for %(num)d municipality",
                "Nobody answers for %(num)d municipalities",
                alone,
            ),
            url_for("memberships.without_anybody"),
            alone,
        ),
        *_needs_to_check(needs),
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


def _identities(session: Session, actor: Actor) -> list[Waiting]:
    """Return what waits of changes of verified municipalities, and of codes that two have."""
    changes = len(changes_waiting_for(session, actor))
    return [
        Waiting(
            ngettext(
                "%(num)d change of a verified municipality waits for you",
                "%(num)d changes of verified municipalities wait for you",
                changes,
            ),
            url_for("verification.index"),
            changes,
        ),
        *(
            Waiting(
                gettext("A verified municipality has the official code of another one"),
                url_for("municipalities.show", public_id=town.public_id),
            )
            for town in doubted_codes(session, actor)
        ),
    ]

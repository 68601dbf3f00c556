"""Settings to begin with: weights for a purpose, or all as in the last round."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.errors import BadInput
from matchmaker.matching.settings import Settings
from matchmaker.models import Round
from matchmaker.rounds import service
from matchmaker.rounds.floors import with_leads
from matchmaker.rounds.keeping import served_before
from matchmaker.rounds.settings import RoundSettings, settings_of
from matchmaker.vocabulary import N_, Code


class Preset(Code):
    """What a round is meant for, with the weights that serve it."""

    BALANCED = "balanced", N_("Balanced: the weights a new round begins with")
    AREA = "area", N_("Knows the area best")
    QUICK = "quick", N_("Quick to start")
    LAST = "last", N_("As in the last round")


def _shares(expertise: float, context: float, availability: float) -> dict[str, float]:
    return {"expertise": expertise, "context": context, "availability": availability}


WEIGHTS: dict[str, dict[str, dict[str, float]]] = {
    Preset.AREA: {
        "lobby": _shares(0.20, 0.55, 0.25),
        "project": _shares(0.35, 0.45, 0.20),
        "dialogue": _shares(0.20, 0.60, 0.20),
    },
    Preset.QUICK: {
        "lobby": _shares(0.25, 0.25, 0.50),
        "project": _shares(0.35, 0.15, 0.50),
        "dialogue": _shares(0.20, 0.40, 0.40),
    },
    Preset.BALANCED: Settings().weights,
}
NO_LAST = N_("There is no earlier round to copy from.")


def last_round(session: Session, round_: Round) -> Round | None:
    """Return the round of the same association that was solved last before this one."""
    return session.scalars(
        select(Round)
        .where(
            Round.association_id == round_.association_id,
            Round.id < round_.id,
            Round.result_digest.is_not(None),
        )
        .order_by(Round.id.desc())
        .limit(1)
    ).first()


def compared_round(session: Session, round_: Round) -> Round | None:
    """Return the round that the settings were taken over from, else the one solved last."""
    copied = settings_of(round_).copied_from
    if not copied:
        return last_round(session, round_)
    return session.scalars(
        select(Round).where(
            Round.public_id == copied, Round.association_id == round_.association_id
        )
    ).one_or_none() or last_round(session, round_)


def take_weights(
    session: Session,
    actor: Actor,
    round_: Round,
    weights: dict[str, dict[str, float]],
    seen: int | None = None,
) -> None:
    """Set the weights of some kinds of help to those that past decisions suggest."""

    def take(present: RoundSettings) -> RoundSettings:
        matching = present.matching
        changed = replace(matching, weights={**matching.weights, **weights})
        return replace(present, matching=changed)

    more = {"suggested": sorted(weights)}
    service.change_settings(session, actor, round_, take, seen, more)


def take_preset(
    session: Session, actor: Actor, round_: Round, preset: Preset, seen: int | None = None
) -> None:
    """Set the weights of a purpose; or all that a coordinator sets, as in the last round.

    Raises
    ------
    BadInput
        If there is no earlier round.
    """
    earlier = last_round(session, round_) if preset == Preset.LAST else None
    if preset == Preset.LAST and earlier is None:
        raise BadInput("", NO_LAST)

    def take(present: RoundSettings) -> RoundSettings:
        if earlier is not None:
            taken = as_in(present, earlier)
            before = served_before(session, round_, taken.floors)
            return replace(taken, floors=with_leads(taken.floors, before))
        matching = replace(present.matching, weights=WEIGHTS[preset])
        return replace(present, matching=matching)

    service.change_settings(session, actor, round_, take, seen, {"preset": preset.value})


def as_in(present: RoundSettings, earlier: Round) -> RoundSettings:
    """Return the settings of an earlier round, without what names single needs and offers."""
    then = settings_of(earlier)
    matching = replace(
        present.matching,
        weights=then.matching.weights,
        policy=then.matching.policy,
        unknown_as=then.matching.unknown_as,
        minimum_score=then.matching.minimum_score,
        keep_bonus=then.matching.keep_bonus,
    )
    own = replace(then, signed=(), overrides=())
    return replace(own, matching=matching, copied_from=earlier.public_id)

"""How many persons must sign a proposal, and why; pure."""

from matchmaker.matching.result import ProposedPair
from matchmaker.matching.snapshot import NeedRecord
from matchmaker.proposals.scopes import ACROSS
from matchmaker.rounds.settings import RoundSettings
from matchmaker.vocabulary import Depth, Presence


def signature_reasons(
    need: NeedRecord,
    pair: ProposedPair,
    settings: RoundSettings,
    *,
    red_flag: bool,
    across: bool = False,
) -> list[str]:
    """Return the codes of the reasons that ask for a second signature; none: one suffices."""
    holds = {
        "heart": need.depth == Depth.HEART,
        "presence": need.presence != Presence.POSSIBLE,
        "lock": pair.locked,
        "tie": (pair.need, pair.offer) in settings.matching.tied,
        "serve": pair.need in settings.matching.must_serve,
        "low_score": pair.score < settings.low_score,
        "red_flag": red_flag,
        "always": settings.always_two,
        ACROSS: across,
    }
    return [code for code, asks in holds.items() if asks]

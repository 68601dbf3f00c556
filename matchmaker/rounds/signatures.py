"""How many persons must sign a proposal, and why; pure."""

from matchmaker.matching.result import ProposedPair
from matchmaker.matching.snapshot import NeedRecord
from matchmaker.rounds.settings import RoundSettings
from matchmaker.vocabulary import N_, Depth, Presence

REASONS: dict[str, str] = {
    "heart": N_("It is a dialogue at the heart of a disagreement."),
    "presence": N_("Access to the area is restricted, impossible or not known."),
    "lock": N_("A coordinator fixed this pair."),
    "low_score": N_("Its score is below the threshold of this round."),
    "red_flag": N_("The need carries a red flag."),
    "always": N_("This round asks for two signatures on every proposal."),
}
"""Why two signatures are asked, by code."""


def signature_reasons(
    need: NeedRecord, pair: ProposedPair, settings: RoundSettings, *, red_flag: bool
) -> list[str]:
    """Return the codes of the reasons that ask for a second signature; none: one suffices."""
    holds = {
        "heart": need.depth == Depth.HEART,
        "presence": need.presence != Presence.POSSIBLE,
        "lock": pair.locked,
        "low_score": pair.score < settings.low_score,
        "red_flag": red_flag,
        "always": settings.always_two,
    }
    return [code for code in REASONS if holds[code]]

"""Solve a stored round once more, and say whether the same pairs come out."""

import platform
from dataclasses import dataclass
from importlib.metadata import version

from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit import record
from matchmaker.models import Round
from matchmaker.rounds.queries import chosen_pairs
from matchmaker.rounds.service import solve

Pair = tuple[str, str]
COMMAND = "matchmaker propose --snapshot round.json --out pairs.csv --save-snapshot repeated.json"
"""Solves the downloaded input outside; `repeated.json` then holds the digest of the result."""
LARGEST = 1_000_000
"""Pairs of needs and offers up to which a round is solved again while the reader waits."""


@dataclass(frozen=True)
class Repeated:
    """What came out when a round was solved once more."""

    digest: str
    same: bool
    """Whether it is byte for byte the stored result, the explanations included."""
    came: tuple[Pair, ...]
    went: tuple[Pair, ...]
    """(need key, offer key) that only the second, and only the stored result has."""

    @property
    def same_pairs(self) -> bool:
        """Tell whether the pairs are the same, whatever else may differ."""
        return not self.came and not self.went


def is_too_large(round_: Round) -> bool:
    """Tell whether solving takes longer than a reader can wait."""
    summary = round_.summary
    return bool(summary.get("n_needs", 0) * summary.get("n_offers", 0) > LARGEST)


def repeat(session: Session, actor: Actor, round_: Round) -> Repeated:
    """Solve the stored input under the stored settings, compare, and write down who did."""
    result = solve(round_)
    stored, found = set(chosen_pairs(session, round_)), {(p.need, p.offer) for p in result.pairs}
    same = result.digest == round_.result_digest
    again = Repeated(
        result.digest, same, tuple(sorted(found - stored)), tuple(sorted(stored - found))
    )
    details = {
        "result_digest": again.digest,
        "same": again.same,
        "came": len(again.came),
        "went": len(again.went),
    }
    record(session, actor, "round.rerun", "round", round_.public_id, details)
    return again


def versions() -> dict[str, str]:
    """Return what a result depends on here, with its version."""
    return {
        "Python": platform.python_version(),
        "numpy": version("numpy"),
        "scipy": version("scipy"),
    }

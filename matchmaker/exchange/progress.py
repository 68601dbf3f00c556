"""Progress on one line of a terminal, or on lines of a log."""

from time import monotonic
from typing import TextIO

from matchmaker.vocabulary import N_

STEPS: dict[str, str] = {
    "read_needs": N_("Reading needs"),
    "read_offers": N_("Reading offers"),
    "check": N_("Checking"),
    "candidates": N_("Applying conditions"),
    "scores": N_("Scoring pairs"),
    "assign": N_("Choosing pairs"),
    "widen": N_("Checking the pairs left out"),
    "prices": N_("Pricing overrides"),
    "explain": N_("Explaining"),
    "relax": N_("Working out which change would help"),
    "wanted": N_("Weighing offers to call for"),
}
_EVERY_SECONDS = 1.0


class ProgressLine:
    """Writes a step when it begins, and how far it is at most once a second."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._step = ""
        self._told_at = 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        """Take one report: code of the step, done, total."""
        now = monotonic()
        if step == self._step and (now - self._told_at < _EVERY_SECONDS or done >= total):
            return
        self._step, self._told_at = step, now
        share = f" {100 * done // total} %" if done and total else ""
        print(f"{STEPS.get(step, step)}{share}", file=self.stream, flush=True)

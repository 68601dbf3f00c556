"""The steps of a long form: which number each has, what comes before and after."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One page of a long form; pages of one subject share a number."""

    name: str
    number: int
    title: str
    """A marked message."""


@dataclass(frozen=True)
class Progress:
    """Where one page stands among all steps."""

    step: Step
    n_steps: int
    previous: Step | None
    next: Step | None


def progress(steps: Sequence[Step], name: str) -> Progress | None:
    """Return where the page of this name stands; None where there is no such page."""
    names = [step.name for step in steps]
    if name not in names:
        return None
    place = names.index(name)
    return Progress(
        step=steps[place],
        n_steps=steps[-1].number,
        previous=steps[place - 1] if place else None,
        next=steps[place + 1] if place + 1 < len(steps) else None,
    )

"""What the stages of a decision make of the mandate of an offer: pure, the only place that says.

The stage that came last counts: a signature, else the vote of the council, else the executive. The
advice of a committee and a talk with the ministry are worth knowing and decide nothing. Where a
country wants its local governments abroad only with central funding, a yes counts as conditional
until that funding is shown.
"""

from collections.abc import Mapping
from datetime import date

from matchmaker.vocabulary import Mandate, Stage
from matchmaker.vocabulary.mandate import Practice

Answers = Mapping[str, bool | None]
"""Stage -> yes, no or still to come."""
OF_A_MATCH: tuple[Stage, ...] = (Stage.EXECUTIVE, Stage.COMMITTEE, Stage.COUNCIL)
"""The stages of the decision on one match; all else was settled for the offer."""
_ONLY_WITH = {Stage.MINISTRY: Practice.IN_LINE, Stage.FUNDING: Practice.CENTRAL_FUNDING}


def stages_of(practice: Practice | None) -> tuple[Stage, ...]:
    """Return the stages that an offer goes through, by the practice of its country."""
    return tuple(one for one in Stage if one not in _ONLY_WITH or _ONLY_WITH[one] == practice)


def vote(answers: Answers) -> bool | None:
    """Return what has been decided at home: the last of signature, council and executive's no."""
    for stage in (Stage.SIGNED, Stage.COUNCIL):
        answer = answers.get(stage)
        if answer is not None:
            return answer
    return False if answers.get(Stage.EXECUTIVE) is False else None


def mandate_from(
    answers: Answers, practice: Practice | None, lapses: date | None, today: date
) -> Mandate:
    """Return where the mandate stands.

    Parameters
    ----------
    answers
        What is known of each stage.
    practice
        Of the country; None where it is not known, which asks for no more than the own decision.
    lapses
        Until when the decision is waited for.
    today
    """
    decided, funded = vote(answers), answers.get(Stage.FUNDING)
    waits_for_funds = practice == Practice.CENTRAL_FUNDING and not funded
    if decided is False or (practice == Practice.CENTRAL_FUNDING and funded is False):
        return Mandate.REFUSED
    if decided and not waits_for_funds:
        return Mandate.ADOPTED
    if lapses is not None and lapses < today:
        return Mandate.LAPSED
    return Mandate.CONDITIONAL


def next_stage(answers: Answers, stages: tuple[Stage, ...]) -> Stage | None:
    """Return the first stage that is still to come and not overtaken by a later one."""
    open_ones: list[Stage] = []
    for stage in stages:
        if answers.get(stage) is None:
            open_ones.append(stage)
        elif stage in (Stage.COUNCIL, Stage.SIGNED):
            open_ones = [one for one in open_ones if one == Stage.FUNDING]
    return open_ones[0] if open_ones else None

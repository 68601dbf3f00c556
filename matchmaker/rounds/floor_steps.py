"""Add and remove floors, caps and evenness; each is a change of the settings."""

from dataclasses import replace

from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.errors import BadInput
from matchmaker.models import Round
from matchmaker.rounds import service
from matchmaker.rounds.floors import MOST_FLOORS, Bound, Floor, with_leads
from matchmaker.rounds.keeping import served_before
from matchmaker.rounds.settings import RoundSettings
from matchmaker.vocabulary import N_

THERE = N_("There is such a rule for this group already. Remove it first.")
OTHER_WAY = N_(
    "At least %(least)s and at most %(most)s of the same group cannot both be met. "
    "Change the number, or remove the other rule first."
)
TOO_MANY = N_("A round has at most %(most)s such rules. Remove one first.")
OPPOSITE = {Bound.AT_LEAST: Bound.AT_MOST, Bound.AT_MOST: Bound.AT_LEAST}


def add_floor(
    session: Session, actor: Actor, round_: Round, floor: Floor, seen: int | None
) -> None:
    """Ask for one floor, cap or evenness more.

    Raises
    ------
    BadInput
        If there is one for the same group, the floor would lie above the cap, or there are many.
    """

    (asked,) = with_leads([floor], served_before(session, round_, [floor]))

    def add(settings: RoundSettings) -> RoundSettings:
        _check(settings.floors, asked)
        return replace(settings, floors=(*settings.floors, asked))

    details = {"rule_added": floor.name, "number": floor.number, "ahead": asked.ahead}
    service.change_settings(session, actor, round_, add, seen, details)


def remove_floor(
    session: Session, actor: Actor, round_: Round, name: str, seen: int | None
) -> None:
    """Ask for one floor, cap or evenness less; one that is gone already changes nothing more."""

    def remove(settings: RoundSettings) -> RoundSettings:
        return replace(settings, floors=tuple(one for one in settings.floors if one.name != name))

    service.change_settings(session, actor, round_, remove, seen, {"rule_removed": name})


def _check(floors: tuple[Floor, ...], new: Floor) -> None:
    if len(floors) >= MOST_FLOORS:
        raise BadInput("", TOO_MANY, most=MOST_FLOORS)
    by_name = {floor.name: floor for floor in floors}
    if new.name in by_name:
        raise BadInput("group", THERE)
    if new.bound == Bound.EVEN:
        return
    other = by_name.get(replace(new, bound=OPPOSITE[Bound(new.bound)].value).name)
    if other is None:
        return
    least, most = sorted((new, other), key=lambda one: one.bound != Bound.AT_LEAST)
    if least.number > most.number:
        raise BadInput("number", OTHER_WAY, least=least.number, most=most.number)

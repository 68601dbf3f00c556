"""Which need, offer and number of places a change by hand is about.

A round may have thousands of each. So they are found by words and shown 25 at a time, in one form
whose buttons search, turn the pages or go on; whatever is pressed, what was chosen and typed stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy import Select, and_, case, func, true
from sqlalchemy.orm import Session
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from matchmaker.access import Actor
from matchmaker.access.scope import towns_of
from matchmaker.models import Municipality, Need, Offer, Round
from matchmaker.proposals.wording import name_of_need, name_of_offer
from matchmaker.vocabulary import OF_A_NEED, OF_A_PAIR, WITH_PLACES, Category
from matchmaker.web import showing
from matchmaker.web.paging import PER_PAGE
from matchmaker.workbench import scenario_queries as queries
from matchmaker.workbench.scenario_forms import NEW, ChooseForm
from matchmaker.workbench.why_queries import matching_words

SIDES = ("need", "offer")
FIND, TURN = "find", "turn"
"""Names of the buttons that search in a list, and that turn its pages."""
LONGEST_WORDS = 120
MOST_PAGES = 10**6


@dataclass(frozen=True)
class Part:
    """One page of the needs, or of the offers, to choose from."""

    side: str
    words: Any
    """The field to search with."""
    control: RadioField
    hints: list[str]
    """What stands under each choice: kind of help and country."""
    number: int
    n_pages: int
    n_items: int

    @property
    def shown(self) -> tuple[int, int]:
        """The first and the last of those shown, counted from 1."""
        return min((self.number - 1) * PER_PAGE + 1, self.n_items), min(
            self.number * PER_PAGE, self.n_items
        )


def is_still_choosing(args: Mapping[str, str]) -> bool:
    """Tell whether a button was pressed that searches or turns pages, not the one that goes on.

    Enter in any field presses the first button of a form, which searches. Where places are typed
    and the words are those that the list was found by, it is meant to go on.
    """
    if TURN in args or FIND not in args:
        return TURN in args
    words = ((args.get(f"{side}_words", ""), args.get(f"{side}_found", "")) for side in SIDES)
    searched = any(typed.strip() != found.strip() for typed, found in words)
    return searched or not args.get("places", "").strip()


def choice_page(
    session: Session, actor: Actor, round_: Round, kind: str, args: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the page shows on which need, offer and number of places are chosen."""
    form = ChooseForm(data={name: args.get(name, "") for name in ChooseForm.NAMES})
    form.scenario.data = form.scenario.data or NEW
    form.offer_scenarios(queries.scenarios_of(session, round_))
    parts = []
    if kind in OF_A_PAIR | OF_A_NEED:
        needs = queries.needs_to_choose(actor, round_)
        parts.append(_part(session, actor, "need", needs, form.need, form.need_words, args))
    if kind not in OF_A_NEED:
        offers = queries.offers_to_choose(round_)
        parts.append(_part(session, actor, "offer", offers, form.offer, form.offer_words, args))
    return {
        "scenario_field": form.scenario,
        "parts": parts,
        "places_field": form.places if kind in WITH_PLACES else None,
    }


def _part(
    session: Session,
    actor: Actor,
    side: str,
    query: Select[Any],
    control: RadioField,
    words: Any,
    args: Mapping[str, str],
) -> Part:
    row = Need if side == "need" else Offer
    words.data = words.data.strip()[:LONGEST_WORDS]
    some = matching_words(query, actor, row, words.data) if words.data else query
    rows, number, n_items = _page(session, _in_order(some, actor, row), _number(side, args))
    chosen = args.get(side, "")
    if chosen and chosen not in {one.public_id for one in rows}:
        rows = [*session.scalars(query.where(row.public_id == chosen)), *rows]
    name = name_of_need if side == "need" else name_of_offer
    control.choices = [SelectChoice(one.public_id, name(one).strip("\u2068\u2069")) for one in rows]
    hints = [
        gettext(
            "%(kind)s, %(country)s",
            kind=showing.code_label(one.category, Category),
            country=showing.country_name(one.municipality.country),
        )
        for one in rows
    ]
    return Part(side, words, control, hints, number, max(1, -(-n_items // PER_PAGE)), n_items)


def _in_order(query: Select[Any], actor: Actor, row: type[Need | Offer]) -> Select[Any]:
    """Sort by name those in scope; the others stand last, in an order that tells no name."""
    in_scope = and_(true(), *towns_of(actor))
    name = case((in_scope, Municipality.name), else_=None)
    return query.order_by(case((in_scope, 0), else_=1), func.lower(name), row.title, row.id)


def _page(session: Session, query: Select[Any], number: int) -> tuple[list[Any], int, int]:
    """Return a page of rows, its number, and how many rows there are; too far is brought in."""
    counted = query.add_columns(func.count().over()).limit(PER_PAGE)
    found = session.execute(counted.offset((number - 1) * PER_PAGE)).all()
    if not found and number > 1:
        first = session.execute(counted).first()
        if first is not None:
            number = -(-first[-1] // PER_PAGE)
            found = session.execute(counted.offset((number - 1) * PER_PAGE)).all()
    return [one[0] for one in found], number if found else 1, found[0][-1] if found else 0


def _number(side: str, args: Mapping[str, str]) -> int:
    """Return the page of a list that the buttons ask for; a search begins with the first."""
    turned, _, asked = args.get(TURN, "").rpartition("-")
    if args.get(FIND) == side:
        return 1
    typed = asked if turned == side else args.get(f"{side}_page", "")
    return min(max(1, int(typed)), MOST_PAGES) if typed.isascii() and typed.isdigit() else 1

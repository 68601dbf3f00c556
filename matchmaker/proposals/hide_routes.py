"""Routes of hiding: here and not in the rooms below, for open matches end with it."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.access import Actor, Permission
from matchmaker.models import Municipality, Need
from matchmaker.municipalities.entry_routes import blueprint as municipalities
from matchmaker.municipalities.routes import load as load_municipality
from matchmaker.needs.routes import load as load_need
from matchmaker.proposals import hiding
from matchmaker.proposals.withdraw_routes import needs
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.one_button import press


@municipalities.post("/<public_id>/hide", endpoint="hide")
@guard(Permission.HIDE_MUNICIPALITY, load_municipality)
def hide_municipality(municipality: Municipality) -> ResponseReturnValue:
    """Take the municipality out of everything that others see, with one press."""
    return press(
        "municipalities.hide",
        _page_of(municipality),
        lambda session, actor: hiding.hide_municipality(session, actor, municipality),
        gettext("The municipality is hidden now."),
    )


@municipalities.post("/<public_id>/show-again", endpoint="show_again")
@guard(Permission.SHOW_MUNICIPALITY_AGAIN, load_municipality)
def show_municipality_again(municipality: Municipality) -> ResponseReturnValue:
    """Bring the municipality back."""
    return press(
        "municipalities.show_again",
        _page_of(municipality),
        lambda session, actor: hiding.show_municipality_again(session, actor, municipality),
        gettext("The municipality takes part again."),
    )


def _page_of(municipality: Municipality) -> str:
    """Return where the press leads back to: home for a member, the page for a coordinator."""
    if current_actor().municipality_id == municipality.id:
        return url_for("pages.home")
    return url_for("municipalities.show", public_id=municipality.public_id)


@needs.post("/<public_id>/hide", endpoint="hide")
@guard(Permission.EDIT_NEED, load_need)
def hide_need(need: Need) -> ResponseReturnValue:
    """Take one need out of every list, or bring it back."""
    hidden = request.form.get("hidden") == "yes"

    def step(session: Session, actor: Actor) -> None:
        hiding.set_need_hidden(session, actor, need, hidden)

    return press("needs.hide", url_for("needs.show", public_id=need.public_id), step)

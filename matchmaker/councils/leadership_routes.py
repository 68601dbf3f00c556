"""Routes of who stands for a need or an offer at the top."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matchmaker.access import Permission, allowed
from matchmaker.councils import leadership
from matchmaker.councils.platform_routes import blueprint as blueprint
from matchmaker.errors import BadInput
from matchmaker.models import Need, Offer
from matchmaker.needs.routes import load as load_need
from matchmaker.offers.routes import load as load_offer
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import Champion
from matchmaker.web import choices
from matchmaker.web.actor import current_actor
from matchmaker.web.base_form import BaseForm
from matchmaker.web.fields import OneOfField
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press


class ChampionForm(BaseForm):
    """Which office stands for it."""

    champion = OneOfField(
        _l("Which office stands for it?"),
        ask=_l("Choose an office."),
        description=_l("A role, not a name."),
        choices=lambda: choices.codes(Champion),
    )


@blueprint.route("/offers/<public_id>/champion", methods=["GET", "POST"])
@guard(Permission.EDIT_OFFER, load_offer)
def champion_of_offer(offer: Offer) -> ResponseReturnValue:
    """Say which office of the helping municipality stands for the offer."""
    return _champion(offer, Permission.CONFIRM_COMMITMENT)


@blueprint.route("/needs/<public_id>/champion", methods=["GET", "POST"])
@guard(Permission.EDIT_NEED, load_need)
def champion_of_need(need: Need) -> ResponseReturnValue:
    """Say which office of the asking municipality stands for the need."""
    return _champion(need, Permission.CONFIRM_COMMITMENT)


@blueprint.post("/offers/<public_id>/champion/confirm")
@guard(Permission.CONFIRM_COMMITMENT, load_offer)
def confirm_offer(offer: Offer) -> ResponseReturnValue:
    """Confirm it for the office."""
    return _confirm(offer)


@blueprint.post("/needs/<public_id>/champion/confirm")
@guard(Permission.CONFIRM_COMMITMENT, load_need)
def confirm_need(need: Need) -> ResponseReturnValue:
    """Confirm it for the office."""
    return _confirm(need)


def _page(row: Need | Offer) -> str:
    return url_for(f"councils.champion_of_{row.__tablename__}", public_id=row.public_id)


def _confirm(row: Need | Offer) -> ResponseReturnValue:
    return press(
        "councils.confirm",
        _page(row),
        lambda session, actor: leadership.confirm(session, actor, row),
        gettext("You have confirmed it for your municipality."),
    )


def _champion(row: Need | Offer, needed: Permission) -> ResponseReturnValue:
    form = ChampionForm(data={"champion": row.champion})
    actor = current_actor()
    if form.is_sent():
        try:
            with transaction(actor, form.key, "councils.champion") as work:
                chosen = Champion(form.champion.data)
                leadership.name_champion(work.session, actor, row, chosen)
                work.leads_to(_page(row))
            return redirect(_page(row), 303)
        except BadInput as error:
            form.blame(error)
    page = render_template(
        "councils/champion.html",
        form=form,
        row=row,
        back=url_for(f"{row.__tablename__}s.show", public_id=row.public_id),
        may_confirm=allowed(needed, actor, row),
        confirm=_page(row) + "/confirm",
        key=new_key(),
    )
    return page, _code(form)


def _code(form: Any) -> int:
    return 422 if request.method == "POST" and not form.switches_language else 200

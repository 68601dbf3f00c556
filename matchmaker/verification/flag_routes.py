"""Routes of red flags on local governments; coordinators only."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Municipality, RightsFlag
from matchmaker.unit_of_work import transaction
from matchmaker.verification import forms, queries
from matchmaker.verification import rights as service
from matchmaker.verification.routes import blueprint, load_town
from matchmaker.web.actor import current_actor
from matchmaker.web.base_form import BaseForm
from matchmaker.web.guard import guard


def load_flag(public_id: str) -> RightsFlag | None:
    """Return the red flag that an address names."""
    return queries.flag_with(db.session(), public_id)


@blueprint.route("/flags/of/<public_id>", methods=["GET", "POST"])
@guard(Permission.MANAGE_RIGHTS_FLAGS, load_town)
def flags(municipality: Municipality) -> ResponseReturnValue:
    """Show the red flags of a municipality, and raise one."""
    form, actor = forms.RaiseFlagForm(), current_actor()
    here = url_for("verification.flags", public_id=municipality.public_id)
    if form.is_sent():
        try:
            with transaction(actor, form.key, "verification.flags") as work:
                service.raise_flag(work.session, actor, municipality, form.source.data or "")
                target = work.leads_to(here)
            flash(gettext("Saved."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template(
        "verification/flags.html",
        form=form,
        town=municipality,
        flags=queries.flags_of(db.session(), municipality),
    )
    return page, _code(form)


@blueprint.route("/flags/<public_id>/lift", methods=["GET", "POST"])
@guard(Permission.MANAGE_RIGHTS_FLAGS, load_flag)
def lift(flag: RightsFlag) -> ResponseReturnValue:
    """Lift a red flag that another coordinator raised."""
    form, actor = forms.LiftFlagForm(), current_actor()
    back = url_for("verification.flags", public_id=flag.municipality.public_id)
    if form.is_sent():
        try:
            with transaction(actor, form.key, "verification.lift") as work:
                service.lift_flag(work.session, actor, flag, form.reason.data or "")
                target = work.leads_to(back)
            flash(gettext("Saved."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template(
        "verification/lift.html", form=form, flag=flag, town=flag.municipality, back=back
    )
    return page, _code(form)


def _code(form: BaseForm) -> int:
    return 422 if request.method == "POST" and not form.switches_language else 200

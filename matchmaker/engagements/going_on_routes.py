"""Routes of the question whether running work continues, pauses or is withdrawn."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.engagements import going_on
from matchmaker.engagements.closing_routes import blueprint
from matchmaker.engagements.forms import GoingOnForm
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import PreconditionReview
from matchmaker.safeguards.precondition_queries import review_with, standings_of
from matchmaker.safeguards.precondition_words import rows_of
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary.precondition import PRECONDITIONS, GoingOn
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard


def load_review(public_id: str) -> PreconditionReview | None:
    """Return the question that an address names."""
    return review_with(db.session(), public_id)


@blueprint.route("/preconditions/<public_id>", methods=["GET", "POST"])
@guard(Permission.DECIDE_GOING_ON, load_review)
def going_on_(review: PreconditionReview) -> ResponseReturnValue:
    """Ask a coordinator whether the work continues, and do what is answered."""
    engagement = review.engagement
    target = url_for("engagements.show", public_id=engagement.public_id) + "#preconditions"
    if review.decided is not None:
        return redirect(target, 303)
    form, actor = GoingOnForm(), current_actor()
    form.offer(going_on.possible_answers(engagement))
    if form.is_sent():
        try:
            with transaction(actor, form.key, "engagements.going_on_") as work:
                answer, reason = GoingOn(form.answer.data), form.reason.data or ""
                going_on.decide_review(work.session, actor, review, answer, reason)
                work.leads_to(target)
            flash(gettext("Saved."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    code = 422 if request.method == "POST" and not form.switches_language else 200
    need = engagement.proposal.need
    page = render_template(
        "engagements/going_on.html",
        form=form,
        engagement=engagement,
        review=review,
        precondition=PRECONDITIONS.get(review.question),
        told=going_on.told_reason(review.question),
        rows=rows_of(db.session(), standings_of(db.session(), [need])[need.id]),
        back=target,
    )
    return page, code

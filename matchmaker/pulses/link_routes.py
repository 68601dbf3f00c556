"""The page behind the link of a mail: a few questions, of nobody and of no place.

It begins no session, reads none, and leads nowhere. What its reader's account speaks is not used:
the language is the browser's or the one chosen on the page, so that the page tells nobody's.
"""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from matchmaker.access import Permission
from matchmaker.errors import BadInput
from matchmaker.extensions import csrf, db, limiter
from matchmaker.models import now
from matchmaker.pulses import service
from matchmaker.pulses.forms import LinkForm
from matchmaker.pulses.routes import blueprint as blueprint
from matchmaker.unit_of_work import transaction
from matchmaker.web.actor import actor_for
from matchmaker.web.guard import guard
from matchmaker.web.language import LANGUAGES, direction

PER_NETWORK = "60/hour"
NOT_KEPT = {"Cache-Control": "no-store"}


@blueprint.route("/q/<token>", methods=["GET", "POST"])
@csrf.exempt  # the token is the proof, and a session would tie the page to a person
@guard(Permission.SIGN_IN)
@limiter.limit(PER_NETWORK)
def by_link(token: str) -> ResponseReturnValue:
    """Ask; looking changes nothing, and a sent answer uses the link up."""
    locale = _language()
    with force_locale(locale):
        try:
            return _answered(token, locale)
        except BadInput:
            # Never made, used or run out: the same words and the same code for all of them.
            db.session().rollback()
            return _page(locale, "over"), 404, NOT_KEPT


def _answered(token: str, locale: str) -> ResponseReturnValue:
    asked = service.asked_by(db.session(), token, now())
    form = LinkForm()
    if not service.asks_about_contact(asked.pulse):
        form.without_contact()
    if request.method != "POST":
        return _page(locale, "ask", form), 200, NOT_KEPT
    if not form.validate():
        return _page(locale, "ask", form), 422, NOT_KEPT
    said = form.said
    with transaction() as work:
        found = service.asked_by(work.session, token, now(), lock=True)
        actor = actor_for(found.membership.user, found.membership)
        service.answer(work.session, actor, found.pulse, said, now(), by_link=True)
    return _page(locale, "thanks"), 200, NOT_KEPT


def _language() -> str:
    chosen = request.args.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(list(LANGUAGES), "en") or "en"


def _page(locale: str, what: str, form: LinkForm | None = None) -> str:
    title = {
        "ask": gettext("A few short questions"),
        "thanks": gettext("Thank you"),
        "over": gettext("This link does not work"),
    }[what]
    return render_template(
        "pulses/by_link.html",
        what=what,
        page_title=title,
        form=form,
        page_language=locale,
        page_direction=direction(locale),
        page_languages=LANGUAGES,
    )

"""What every template may use: language, direction, navigation, the demonstration mark."""

from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import get_locale

from matchmaker import vocabulary
from matchmaker.web.actor import current_actor, current_membership
from matchmaker.web.language import LANGUAGES, direction, switch_language
from matchmaker.web.navigation import navigation_for

PRODUCT = "Tandem"


def init_context(app: Flask) -> None:
    """Give base.html what it needs."""
    app.before_request(switch_language)
    app.context_processor(page_context)
    app.jinja_env.globals["vocabulary"] = vocabulary


def page_context() -> dict[str, Any]:
    """Return the variables of base.html."""
    locale = str(get_locale() or "en")
    actor = current_actor()
    membership = current_membership()
    return {
        "product": PRODUCT,
        "page_lang": locale,
        "page_dir": direction(locale),
        "languages": LANGUAGES,
        "language_action": url_for("pages.language"),
        "language_next": request.full_path.rstrip("?") if request.method == "GET" else url_for("pages.start"),
        "navigation": navigation_for(actor.role),
        "demonstration": current_app.config["DEMONSTRATION"],
        "signed_in": actor.signed_in,
        "actor": actor,
        "membership": membership,
        "memberships": g.get("memberships", []),
    }

"""What every template may use: language, direction, navigation, the demonstration mark."""

from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import get_locale, gettext

from matchmaker import vocabulary
from matchmaker.models import Membership
from matchmaker.web.actor import current_actor, current_membership
from matchmaker.web.language import LANGUAGES, direction, switch_language
from matchmaker.web.navigation import navigation_for


def init_context(app: Flask) -> None:
    """Give base.html what it needs."""
    app.before_request(switch_language)
    app.context_processor(page_context)
    app.jinja_env.globals["vocabulary"] = vocabulary


def page_context() -> dict[str, Any]:
    """Return the variables of base.html."""
    locale = str(get_locale() or "en")
    actor, membership = current_actor(), current_membership()
    return {
        "lang": locale,
        "dir": direction(locale),
        "languages": list(LANGUAGES.items()),
        "language_url": url_for("pages.language"),
        "language_next": _here(),
        "home_url": url_for("pages.home") if actor.signed_in else url_for("pages.start"),
        "navigation": navigation_for(actor.role),
        "signed_in_as": acting_for(membership),
        "account_links": _account_links(actor.signed_in),
        "sign_out_url": url_for("security.logout") if actor.signed_in else None,
        "footer_links": [],
        "demonstration": current_app.config["DEMONSTRATION"],
        "actor": actor,
        "membership": membership,
        "memberships": g.get("memberships", []),
    }


def _here() -> str:
    """Return the page to come back to after a switch of language."""
    return request.full_path.rstrip("?") if request.method == "GET" else url_for("pages.start")


def _account_links(signed_in: bool) -> list[dict[str, str]]:
    if signed_in:
        return [{"href": url_for("accounts.show"), "text": gettext("Your account")}]
    return [{"href": url_for("security.login"), "text": gettext("Sign in")}]


def acting_for(membership: Membership | None) -> str:
    """Return the name of the organisation acted for."""
    if membership is None:
        return ""
    organisation = membership.municipality or membership.association or membership.partner
    return organisation.name if organisation else ""

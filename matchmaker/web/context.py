"""What every template may use: language, direction, navigation, the demonstration mark."""

from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import get_locale, gettext

from matchmaker import vocabulary
from matchmaker.access import Actor, Permission, allowed
from matchmaker.models import Membership
from matchmaker.vocabulary import N_, Role
from matchmaker.web.actor import current_actor, current_membership
from matchmaker.web.deletions import deletions_told
from matchmaker.web.language import LANGUAGES, direction, keep_language, switch_language
from matchmaker.web.navigation import navigation_for
from matchmaker.web.showing import own_name

FOOTER = [
    ("pages.figures", N_("What is asked for and offered")),
    ("pages.themes", N_("What cities do")),
    ("receipts.where", N_("Where does it stand?")),
    ("pages.paper", N_("Form on paper")),
    ("councils.directory", N_("Platforms and peace initiatives")),
    ("pages.privacy", vocabulary.LegalKind.PRIVACY.label),
    ("pages.accessibility", vocabulary.LegalKind.ACCESSIBILITY.label),
    ("pages.terms", vocabulary.LegalKind.TERMS.label),
]
DEMONSTRATION_FOOTER = [("demonstration.mails", N_("Mails of the demonstration"))]


def init_context(app: Flask) -> None:
    """Give base.html what it needs."""
    app.before_request(switch_language)
    app.after_request(keep_language)
    app.context_processor(page_context)
    app.jinja_env.globals["vocabulary"] = vocabulary
    app.jinja_env.filters["acting_role"] = acting_role


def page_context() -> dict[str, Any]:
    """Return the variables of base.html; worked out once for a page.

    The components of a page are templates of their own and ask each time.
    """
    asked = (str(get_locale() or "en"), current_actor())
    if request.method != "GET" or g.get("page_context_of") != asked:
        g.page_context, g.page_context_of = _page_context(*asked), asked
    found: dict[str, Any] = g.page_context
    return found


def _page_context(locale: str, actor: Actor) -> dict[str, Any]:
    membership = current_membership()
    return {
        "lang": locale,
        "dir": direction(locale),
        "languages": list(LANGUAGES.items()),
        "language_url": url_for("pages.language"),
        "language_next": _here(),
        "home_url": url_for("pages.home") if actor.signed_in else url_for("pages.start"),
        "navigation": navigation_for(actor),
        "signed_in_as": acting_for(membership),
        "account_links": _account_links(actor.signed_in),
        "sign_out_url": url_for("security.logout") if actor.signed_in else None,
        "exit_url": url_for("pages.leave"),
        "blank_url": url_for("pages.blank"),
        "hide_url": _hide_url(actor, membership),
        "footer_links": _footer_links(),
        "deletions": deletions_told(actor),
        "restored": g.get("held_fields") is not None,
        "demonstration": current_app.config["DEMONSTRATION"],
        "actor": actor,
        "membership": membership,
        "memberships": g.get("memberships", []),
    }


def _hide_url(actor: Actor, membership: Membership | None) -> str | None:
    """Return where one press hides the reader's municipality, unless it is hidden already."""
    town = membership.municipality if membership else None
    if town is None or town.hidden or not allowed(Permission.HIDE_MUNICIPALITY, actor, town):
        return None
    return url_for("municipalities.hide", public_id=town.public_id)


def _here() -> str:
    """Return the page to come back to after a switch of language."""
    return request.full_path.rstrip("?") if request.method == "GET" else url_for("pages.start")


def _footer_links() -> list[dict[str, str]]:
    links = FOOTER + (DEMONSTRATION_FOOTER if current_app.config["DEMONSTRATION"] else [])
    return [{"href": url_for(endpoint), "text": gettext(text)} for endpoint, text in links]


def _account_links(signed_in: bool) -> list[dict[str, str]]:
    if signed_in:
        return [{"href": url_for("accounts.show"), "text": gettext("Your account")}]
    return [{"href": url_for("security.login"), "text": gettext("Sign in")}]


def acting_for(membership: Membership | None) -> str:
    """Return the name of the organisation acted for."""
    if membership is None:
        return ""
    organisation = membership.municipality or membership.association or membership.partner
    return own_name(organisation) if organisation else ""


ACTING_ROLES = {
    Role.REQUESTER.value: N_("asks for help"),
    Role.HELPER.value: N_("gives help"),
    Role.COORDINATOR.value: N_("coordinates"),
    Role.PARTNER.value: N_("partner"),
    Role.ADMINISTRATOR.value: N_("administers"),
}
"""What an organisation does through each role, short enough for the top of the page."""


def acting_role(role: str) -> str:
    """Return what is done under a role, in a word or two."""
    return gettext(ACTING_ROLES[role])

"""The factory: wiring only."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cachelib.file import FileSystemCache
from flask import Flask
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from matchmaker import config as configuration
from matchmaker.accounts.security import init_security
from matchmaker.accounts.session_routes import blueprint as accounts
from matchmaker.accounts.sign_in_log import init_sign_in_log
from matchmaker.admin.health_routes import blueprint as health
from matchmaker.admin.site_routes import blueprint as admin
from matchmaker.cases.alert_routes import blueprint as cases
from matchmaker.councils.leadership_routes import blueprint as councils
from matchmaker.engagements.going_on_routes import blueprint as engagements
from matchmaker.extensions import babel, csrf, db, limiter, mail, migrate, server_session
from matchmaker.memberships.oversight_routes import blueprint as memberships
from matchmaker.messages.date_routes import blueprint as messages
from matchmaker.models.encrypted import use_keys
from matchmaker.pages.legal import blueprint as pages
from matchmaker.personal.routes import blueprint as personal
from matchmaker.proposals.council_routes import blueprint as proposals
from matchmaker.proposals.hide_routes import municipalities, needs
from matchmaker.proposals.withdraw_routes import offers
from matchmaker.pulses.link_routes import blueprint as pulses
from matchmaker.receipts.routes import blueprint as receipts
from matchmaker.rounds.floor_routes import blueprint as rounds
from matchmaker.safeguards.even_routes import blueprint as even
from matchmaker.safeguards.impact_routes import blueprint as impact
from matchmaker.safeguards.others_routes import blueprint as others
from matchmaker.safeguards.precondition_routes import blueprint as preconditions
from matchmaker.safeguards.risk_routes import blueprint as risks
from matchmaker.verification.identity_routes import blueprint as verification
from matchmaker.web.context import init_context
from matchmaker.web.error_pages import init_error_pages
from matchmaker.web.flashes import init_flashes
from matchmaker.web.headers import init_headers
from matchmaker.web.intake import init_intake
from matchmaker.web.language import chosen_locale, chosen_time_zone
from matchmaker.web.logs import init_logs
from matchmaker.web.open_sessions import init_open_sessions
from matchmaker.web.showing import init_filters
from matchmaker.web.transfer import init_transfer, static_version
from matchmaker.workbench.file_routes import blueprint as files
from matchmaker.workbench.hint_routes import blueprint as hints
from matchmaker.workbench.overview_routes import blueprint as overview
from matchmaker.workbench.paper_routes import blueprint as papers
from matchmaker.workbench.price_routes import blueprint as prices
from matchmaker.workbench.scenario_routes import blueprint as scenarios
from matchmaker.workbench.signing_routes import blueprint as signing
from matchmaker.workbench.why_routes import blueprint as why
from matchmaker.workbench.wish_routes import blueprint as wishes

STATIC = configuration.TOP / "static"
ROOMS = (
    pages,
    accounts,
    memberships,
    municipalities,
    verification,
    needs,
    offers,
    cases,
    rounds,
    overview,
    prices,
    scenarios,
    signing,
    proposals,
    why,
    wishes,
    papers,
    councils,
    hints,
    files,
    preconditions,
    even,
    others,
    engagements,
    pulses,
    impact,
    risks,
    receipts,
    messages,
    personal,
    admin,
    health,
)


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make the app from a configuration, or from the environment where none is given."""
    settings = dict(configuration.from_environment() if config is None else config)
    app = Flask(
        "matchmaker",
        template_folder=str(configuration.TOP / "templates"),
        static_folder=str(STATIC),
        static_url_path=f"/static/{static_version(STATIC)}",
        instance_path=str(Path(settings["INSTANCE"]).resolve()),
    )
    app.config.from_mapping(settings)
    use_keys([app.config["FIELD_KEY"], *app.config["FIELD_KEYS_OLD"]])
    Path(app.instance_path).mkdir(parents=True, exist_ok=True)
    _init_templates(app)
    _init_sessions(app)
    init_intake(app)
    _init_extensions(app)
    init_open_sessions(app)
    for room in ROOMS:
        app.register_blueprint(room)
    if app.config["DEMONSTRATION"]:
        from matchmaker.demonstration.mail_routes import blueprint as demonstration

        app.register_blueprint(demonstration)
    init_transfer(app)
    init_logs(app)
    init_sign_in_log(app)
    init_headers(app)
    init_flashes(app)
    init_context(app)
    init_filters(app)
    init_error_pages(app)
    if n_proxies := int(app.config.get("TRUSTED_PROXIES", 0)):
        proxies = dict.fromkeys(("x_for", "x_proto", "x_host"), n_proxies)
        app.wsgi_app = ProxyFix(app.wsgi_app, **proxies)  # type: ignore[method-assign]
    return app


def _init_templates(app: Flask) -> None:
    """Find our templates first, then the component library's under its own prefix."""
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(str(configuration.TOP / "templates")),
            PrefixLoader(
                {
                    "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
                    "govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf"),
                }
            ),
        ]
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    WTFormsHelpers(app)


def _init_sessions(app: Flask) -> None:
    """Keep sessions on the server, away from the domain's database session."""
    if app.config.get("SESSION_REDIS_URL"):
        from redis import Redis  # only where production names it

        app.config["SESSION_TYPE"] = "redis"
        app.config["SESSION_REDIS"] = Redis.from_url(app.config["SESSION_REDIS_URL"])
    else:
        folder = Path(app.instance_path) / "sessions"
        app.config["SESSION_CACHELIB"] = FileSystemCache(str(folder), threshold=0, mode=0o600)
    server_session.init_app(app)


def _init_extensions(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(configuration.PACKAGE / "migrations"))
    babel.init_app(
        app,
        locale_selector=chosen_locale,
        timezone_selector=chosen_time_zone,
        default_translation_directories=str(configuration.PACKAGE / "translations"),
    )
    csrf.init_app(app)
    mail.init_app(app)
    limiter.init_app(app)
    init_security(app)

"""The administrator's pages about the site: its topics and activities, its legal texts."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from matchmaker.access import Permission
from matchmaker.admin import service
from matchmaker.admin.builtin_texts import builtin_text
from matchmaker.admin.forms import LegalTextForm
from matchmaker.admin.people_routes import blueprint
from matchmaker.admin.queries import newest_texts, topic_with, versions_of
from matchmaker.extensions import db
from matchmaker.models.legal import paragraphs
from matchmaker.models.reference import closed_topics
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import ACTIVITIES, GROUPS, TOPICS, LegalKind
from matchmaker.web.actor import current_actor
from matchmaker.web.guard import guard
from matchmaker.web.language import LANGUAGES
from matchmaker.web.one_button import new_key, press


@blueprint.get("/taxonomy")
@guard(Permission.MANAGE_TAXONOMY)
def taxonomy() -> ResponseReturnValue:
    """Show topics and activities with their labels in each language."""
    labels = [*(t.label for t in TOPICS.values()), *(a.label for a in ACTIVITIES.values())]
    said: dict[str, dict[str, str]] = {}
    for locale in LANGUAGES:
        with force_locale(locale):
            said[locale] = {label: gettext(label) for label in labels}
    groups = {code: [topic for topic in TOPICS.values() if topic.group == code] for code in GROUPS}
    return render_template(
        "admin/taxonomy.html",
        groups=groups,
        group_labels=GROUPS,
        activities=list(ACTIVITIES.values()),
        said=said,
        written_in=LANGUAGES,
        closed=closed_topics(db.session()),
        new_key=new_key,
    )


@blueprint.post("/taxonomy/switch")
@guard(Permission.MANAGE_TAXONOMY)
def switch_topic() -> ResponseReturnValue:
    """Stop offering one topic to new needs and offers, or offer it again."""
    topic = topic_with(db.session(), request.form.get("topic", ""))
    closes = request.form.get("closed", "")
    if topic is None or closes not in ("yes", "no"):
        abort(400)
    return press(
        f"admin.switch_topic.{topic.code}"[:80],
        url_for("admin.taxonomy"),
        lambda session, actor: service.switch_topic(session, actor, topic, closed=closes == "yes"),
        gettext("Saved."),
    )


PUT_IN_FORCE, GO_ON = "put_in_force", "go_on"
"""What the buttons of the preview say; any other press of the form leads to the preview."""


@blueprint.get("/texts")
@guard(Permission.SET_LEGAL_TEXT)
def texts() -> ResponseReturnValue:
    """List the legal texts by kind and language."""
    newest = newest_texts(db.session())
    return render_template(
        "admin/texts.html", kinds=list(LegalKind), written_in=LANGUAGES, newest=newest
    )


@blueprint.route("/texts/<step>", methods=["GET", "POST"])
@guard(Permission.SET_LEGAL_TEXT)
def text(step: str) -> ResponseReturnValue:
    """Write the next version of one text in one language; `step` is for example privacy-uk."""
    name, _, locale = step.partition("-")
    if name not in {kind.value for kind in LegalKind} or locale not in LANGUAGES:
        abort(404)
    kind, actor = LegalKind(name), current_actor()
    versions = versions_of(db.session(), name, locale)
    newest = versions[0] if versions else None
    start = newest.text if newest and newest.text else builtin_text(kind, locale)
    form = LegalTextForm(data={"text": start, "seen": str(newest.version if newest else 0)})
    shown = {"form": form, "kind": kind, "locale": locale, "language": LANGUAGES[locale]}
    sent = form.is_sent()
    if sent and request.form.get("then") == PUT_IN_FORCE:
        with transaction(actor, form.key, f"admin.text.{step}") as work:
            words, seen = form.text.data or "", form.seen_version
            service.publish_text(work.session, actor, kind, locale, words, seen)
            target = work.leads_to(url_for("admin.texts"))
        flash(gettext("The text is published."), "success")
        return redirect(target, 303)
    if sent and request.form.get("then") != GO_ON:
        words = (form.text.data or "").strip() or builtin_text(kind, locale)
        return render_template("admin/text_preview.html", paragraphs=paragraphs(words), **shown)
    page = render_template("admin/text.html", versions=versions, **shown)
    refused = request.method == "POST" and not sent and not form.switches_language
    return page, 422 if refused else 200

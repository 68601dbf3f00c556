"""Routes of applications: the queue, one application, its evidence and decisions, red flags."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.access import Actor, Permission, allowed
from matchmaker.audit import openings
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Application, Municipality
from matchmaker.municipalities.cautions import findings
from matchmaker.municipalities.queries import municipality_with
from matchmaker.unit_of_work import transaction
from matchmaker.verification import evidence, forms, queries, service
from matchmaker.vocabulary import (
    ApplicationStatus,
    RejectionReason,
    RightsAnswer,
)
from matchmaker.web.actor import current_actor
from matchmaker.web.base_form import BaseForm
from matchmaker.web.guard import guard
from matchmaker.web.one_button import new_key, press
from matchmaker.web.paging import page_of

blueprint = Blueprint("verification", __name__, url_prefix="/applications")


def load(public_id: str) -> Application | None:
    """Return the application that an address names."""
    return queries.application_with(db.session(), public_id)


def load_town(public_id: str) -> Municipality | None:
    """Return the municipality that an address names."""
    return municipality_with(db.session(), public_id)


@blueprint.get("")
@guard(Permission.LIST_APPLICATIONS)
def index() -> ResponseReturnValue:
    """List the applications of the coordinator's countries; the most urgent come first."""
    form, actor = forms.QueueForm(request.args), current_actor()
    query = queries.applications_visible_to(actor, (form.status.data or "").strip())
    return render_template(
        "verification/index.html",
        form=form,
        page=page_of(db.session(), query),
        waiting=queries.applications_waiting_for(db.session(), actor),
        changes=queries.changes_in_scope(db.session(), actor),
    )


@blueprint.get("/of/<public_id>")
@guard(Permission.SEE_MUNICIPALITY, load_town)
def of(municipality: Municipality) -> ResponseReturnValue:
    """Lead to the application of a municipality, or offer to begin one."""
    application = queries.application_of(db.session(), municipality)
    if application is not None:
        return redirect(_address(application), 303)
    if not allowed(Permission.BEGIN_APPLICATION, current_actor(), municipality):
        return redirect(url_for("municipalities.show", public_id=municipality.public_id), 303)
    return render_template("verification/begin.html", municipality=municipality, key=new_key())


@blueprint.post("/of/<public_id>/begin")
@guard(Permission.BEGIN_APPLICATION, load_town)
def begin(municipality: Municipality) -> ResponseReturnValue:
    """Open the application of a municipality that is here without one."""
    target = url_for("verification.of", public_id=municipality.public_id)

    def step(session: Session, actor: Actor) -> None:
        service.begin_application(session, actor, municipality)

    return press("verification.begin", target, step)


@blueprint.get("/<public_id>")
@guard(Permission.SEE_APPLICATION, load)
def show(application: Application) -> ResponseReturnValue:
    """Show an application: to coordinators with everything, to the applicant where it stands."""
    return _page(application)


@blueprint.post("/<public_id>/contact")
@guard(Permission.CHECK_APPLICATION, load)
def contact(application: Application) -> ResponseReturnValue:
    """Show the contact that was given, to compare; that it was opened is written down first."""
    with transaction(current_actor()) as work:
        openings.show_contact(work.session, current_actor(), application.municipality.public_id)
    return _page(application, contact=True)


def _page(application: Application, *, contact: bool = False) -> ResponseReturnValue:
    actor, session = current_actor(), db.session()
    if not allowed(Permission.CHECK_APPLICATION, actor, application):
        return render_template(
            "verification/mine.html",
            application=application,
            missing=_missing_of(application.municipality),
            may_answer=allowed(Permission.ANSWER_APPLICATION, actor, application),
            key=new_key(),
        )
    return render_template(
        "verification/show.html",
        application=application,
        town=application.municipality,
        findings=findings(session, actor, application),
        missing=service.missing_for(application, actor),
        kinds=queries.supporting_kinds(application),
        counting=queries.evidence_that_counts(application),
        answered=queries.has_answered_rights(application, actor),
        flags=[
            flag
            for flag in queries.flags_of(session, application.municipality)
            if flag.lifted_at is None
        ],
        second=application.status == ApplicationStatus.CHECKED,
        contact=contact,
        as_given=[one.id for one in application.evidence if evidence.is_number_given(one)],
    )


def _missing_of(town: Municipality) -> list[str]:
    """Return what would speed the verification up, as translated sentences."""
    hints = {
        "official_code": gettext("The official code of the municipality"),
        "contact_role": gettext("The office to contact"),
        "contact_phone": gettext("The telephone of the office"),
        "contact_email": gettext("The email address of the office"),
    }
    return [text for name, text in hints.items() if not getattr(town, name)]


# --- One form, one step ---------------------------------------------------------------------

Step = Callable[[Session, Actor, Any], Any]


def _step(
    application: Application, form: BaseForm, view: str, step: Step, **shown: Any
) -> ResponseReturnValue:
    """Show a form and take its step; a refusal stands beside what was typed."""
    back = _address(application)
    if form.is_sent():
        try:
            with transaction(current_actor(), form.key, f"verification.{view}") as work:
                step(work.session, current_actor(), form)
                target = work.leads_to(back)
            flash(gettext("Saved."), "success")
            return redirect(target, 303)
        except BadInput as error:
            form.blame(error)
    page = render_template(
        f"verification/{view}.html",
        form=form,
        application=application,
        town=application.municipality,
        back=back,
        **shown,
    )
    sent = request.method == "POST" and not form.switches_language
    return page, 422 if sent else 200


def _with_text(take: Callable[..., Any], application: Application, field: str) -> Step:
    """Return the step that hands on what was written in one field."""

    def step(session: Session, actor: Actor, form: BaseForm) -> None:
        take(session, actor, application, form[field].data or "")

    return step


def _address(application: Application) -> str:
    return url_for("verification.show", public_id=application.public_id)


@blueprint.route("/<public_id>/register", methods=["GET", "POST"])
@guard(Permission.CHECK_APPLICATION, load)
def register(application: Application) -> ResponseReturnValue:
    """Record what an official register says."""

    def step(session: Session, actor: Actor, form: forms.RegisterEntryForm) -> None:
        evidence.record_register_entry(
            session,
            actor,
            application,
            source=form.source.data or "",
            code=form.code.data or "",
            matches=form.agrees.data == "yes",
            note=form.note.data or "",
        )

    code = application.municipality.official_code
    return _step(application, forms.RegisterEntryForm(data={"code": code}), "register", step)


@blueprint.route("/<public_id>/call", methods=["GET", "POST"])
@guard(Permission.CHECK_APPLICATION, load)
def call(application: Application) -> ResponseReturnValue:
    """Record a call back to a number from an independent source."""

    def step(session: Session, actor: Actor, form: forms.CallForm) -> None:
        evidence.record_call(session, actor, application, form.call)

    given = application.municipality.contact_phone or ""
    return _step(application, forms.CallForm(given), "call", step)


@blueprint.route("/<public_id>/vouch", methods=["GET", "POST"])
@guard(Permission.CHECK_APPLICATION, load)
def vouch(application: Application) -> ResponseReturnValue:
    """Vouch in the name of one's association."""
    step = _with_text(evidence.record_vouching, application, "sentence")
    return _step(application, forms.VouchForm(), "vouch", step)


@blueprint.route("/<public_id>/rights", methods=["GET", "POST"])
@guard(Permission.CHECK_APPLICATION, load)
def rights(application: Application) -> ResponseReturnValue:
    """Answer the question about the municipality's own citizens."""

    def step(session: Session, actor: Actor, form: forms.RightsForm) -> None:
        evidence.answer_rights_question(
            session, actor, application, RightsAnswer(form.answer.data), form.source.data or ""
        )

    return _step(application, forms.RightsForm(), "rights", step)


@blueprint.route("/<public_id>/confirm", methods=["GET", "POST"])
@guard(Permission.VERIFY_MUNICIPALITY, load)
def confirm(application: Application) -> ResponseReturnValue:
    """Confirm an application, as the first or the second coordinator."""
    found = findings(db.session(), current_actor(), application)
    step = _with_text(service.confirm_application, application, "note")
    return _step(application, forms.ConfirmForm(), "confirm", step, findings=found)


@blueprint.route("/<public_id>/question", methods=["GET", "POST"])
@guard(Permission.CHECK_APPLICATION, load)
def question(application: Application) -> ResponseReturnValue:
    """Send a question to the applicant."""
    step = _with_text(service.ask_applicant, application, "question")
    return _step(application, forms.QuestionForm(), "question", step)


@blueprint.route("/<public_id>/reject", methods=["GET", "POST"])
@guard(Permission.VERIFY_MUNICIPALITY, load)
def reject(application: Application) -> ResponseReturnValue:
    """Reject an application with a reason that the applicant reads."""

    def step(session: Session, actor: Actor, form: forms.RejectForm) -> None:
        reason = RejectionReason(form.reason.data)
        service.reject_application(session, actor, application, reason, form.text.data or "")

    return _step(application, forms.RejectForm(), "reject", step)


@blueprint.route("/<public_id>/decide", methods=["GET", "POST"])
@guard(Permission.VERIFY_MUNICIPALITY, load)
def decide(application: Application) -> ResponseReturnValue:
    """Decide an appeal, as another coordinator than who rejected."""

    def step(session: Session, actor: Actor, form: forms.DecideAppealForm) -> None:
        grant = form.decision.data == "grant"
        service.decide_appeal(session, actor, application, grant=grant, text=form.text.data or "")

    return _step(application, forms.DecideAppealForm(), "decide", step)


# --- The applicant --------------------------------------------------------------------------


@blueprint.route("/<public_id>/answer", methods=["GET", "POST"])
@guard(Permission.ANSWER_APPLICATION, load)
def answer(application: Application) -> ResponseReturnValue:
    """Answer the question of the coordinators."""
    if request.method == "GET" and application.status != ApplicationStatus.DOUBTED:
        return redirect(_address(application), 303)
    step = _with_text(service.answer_question, application, "answer")
    return _step(application, forms.AnswerForm(), "answer", step)


@blueprint.route("/<public_id>/appeal", methods=["GET", "POST"])
@guard(Permission.ANSWER_APPLICATION, load)
def appeal(application: Application) -> ResponseReturnValue:
    """Ask for another coordinator to look at the rejection."""
    if request.method == "GET" and application.status != ApplicationStatus.REJECTED:
        return redirect(_address(application), 303)
    step = _with_text(service.appeal_rejection, application, "appeal")
    return _step(application, forms.AppealForm(), "appeal", step)


@blueprint.post("/<public_id>/withdraw")
@guard(Permission.ANSWER_APPLICATION, load)
def withdraw(application: Application) -> ResponseReturnValue:
    """Take the application back."""

    def step(session: Session, actor: Actor) -> None:
        service.withdraw_application(session, actor, application)

    return press("verification.withdraw", _address(application), step, gettext("Saved."))

"""One application in each state that somebody may want to try, and one red flag."""

from matchmaker.access import Actor
from matchmaker.demonstration import content
from matchmaker.demonstration.rows import Loaded
from matchmaker.models import Application, now
from matchmaker.municipalities.service import open_application
from matchmaker.verification import evidence, rights, service
from matchmaker.vocabulary import ApplicationStatus, CallResult, RejectionReason, RightsAnswer

NOTE = "Register and association agree. Invented for the demonstration."


def load_applications(loaded: Loaded, first: Actor, second: Actor) -> None:
    """Make the applications of the towns that are not verified, each as far as its row says."""
    for row in content.table("applications"):
        applicant = loaded.members.get(row["town"])
        town = loaded.towns[row["town"]]
        actor = applicant or loaded.coordinator
        applicant_id = applicant.user_id if applicant else None
        application = open_application(loaded.session, actor, town, applicant_id)
        _bring_to(loaded, application, row, first, second)


def raise_flags(loaded: Loaded, second: Actor) -> None:
    """Raise the red flag of the demonstration; its town and its reports are invented."""
    for row in content.table("red_flags"):
        rights.raise_flag(loaded.session, second, loaded.towns[row["town"]], row["source"])


def _bring_to(
    loaded: Loaded, application: Application, row: content.Row, first: Actor, second: Actor
) -> None:
    """Take an application as far as its row says, in the steps that people would take."""
    session, status = loaded.session, row["status"]
    if row["evidence"] == "yes":
        _find(loaded, application, first)
    if status == ApplicationStatus.CHECKED:
        service.confirm_application(session, first, application, NOTE)
    if status == ApplicationStatus.DOUBTED:
        service.ask_applicant(session, first, application, row["text"])
    if status in (ApplicationStatus.REJECTED, ApplicationStatus.APPEALED):
        reason = RejectionReason.NOT_CONFIRMED
        service.reject_application(session, first, application, reason, row["text"])
    if status == ApplicationStatus.APPEALED:
        service.appeal_rejection(session, loaded.coordinator, application, row["appeal"])


def _find(loaded: Loaded, application: Application, first: Actor) -> None:
    """Record an entry, a call and the answer of the first coordinator."""
    session = loaded.session
    evidence.record_register_entry(
        session, first, application, source="Invented register, page 12", code="", matches=True
    )
    call = evidence.Call(
        number="+000 00 1234567",
        source="Invented list of the ministry",
        on=now().date(),
        answered_by="Secretary of the council",
        result=CallResult.CONFIRMED,
    )
    evidence.record_call(session, first, application, call)
    evidence.answer_rights_question(session, first, application, RightsAnswer.NONE_KNOWN)

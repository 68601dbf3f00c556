"""How long each kind of data is kept and why; pure, the one table of it.

The privacy page shows `KINDS`, the job in `personal.sweep` deletes by it, and a test fails on a
column with what people typed that stands neither in `COLUMNS` nor in `PLATFORM`.
"""

from dataclasses import dataclass
from datetime import timedelta

from matchmaker.vocabulary import N_


@dataclass(frozen=True)
class Kept:
    """One kind of data: what it is, how many days it stays after which moment, and why."""

    what: str
    days: int | None
    after: str
    why: str

    @property
    def time(self) -> timedelta:
        """The days as a time; only of kinds that have days of their own."""
        assert self.days is not None
        return timedelta(days=self.days)


KINDS: dict[str, Kept] = {
    "account": Kept(
        N_("Account: sign-in address, password, second factor, language"),
        None,
        N_("until the account is deleted"),
        N_("to let you in and to write to you"),
    ),
    "unconfirmed": Kept(
        N_("Account whose address was never confirmed"),
        7,
        N_("after it was made"),
        N_("somebody else may have typed the address"),
    ),
    "municipality": Kept(
        N_("Municipality: name, place, contact of its office"),
        None,
        N_("until the municipality is deleted"),
        N_("to check who asks and to bring the two sides together"),
    ),
    "need": Kept(
        N_("Text and exclusions of a need or an offer"),
        90,
        N_("after it was closed or withdrawn"),
        N_("to answer questions about how it ended"),
    ),
    "draft": Kept(
        N_("Draft that was never submitted"),
        400,
        N_("after it was begun"),
        N_("to begin from it a year later"),
    ),
    "engagement": Kept(
        N_("Text on work that both sides agreed on"),
        400,
        N_("after the work ended"),
        N_("to report on it and to learn from it"),
    ),
    "area": Kept(
        N_("Words of coordinators on an area: its preconditions, and who else is at work there"),
        400,
        N_("after they were written"),
        N_("what is older may not be true any more; the answers stay without the words"),
    ),
    "impact": Kept(
        N_("Words of the check of a match for peace and conflict impact"),
        400,
        N_("after the match or the work ended"),
        N_("to learn whether its risks were seen in time"),
    ),
    "message": Kept(
        N_("Messages about a match"),
        90,
        N_("after the match or the work ended"),
        N_("to settle what was said while questions are open"),
    ),
    "application": Kept(
        N_("What was asked and found out to check a municipality"),
        400,
        N_("after it was decided; a doubt, after it was lifted"),
        N_("to let the decision be checked"),
    ),
    "reason": Kept(
        N_("Reasons and questions in the audit trail"),
        400,
        N_("after they were written"),
        N_("to let decisions be checked; who decided what, and when, stays without the words"),
    ),
    "receipt": Kept(
        N_("Receipt by a code"),
        400,
        N_("after it was given"),
        N_("to answer who has no account"),
    ),
    "read_back": Kept(
        N_("Code that a municipality reads back"),
        30,
        N_("after it was given, or until it is confirmed"),
        N_("to confirm what a coordinator wrote down"),
    ),
    "membership": Kept(
        N_("What a person was called in a municipality"),
        90,
        N_("after the person left it"),
        N_("to know who did what while questions are open"),
    ),
    "invitation": Kept(
        N_("Address of an invited colleague"),
        30,
        N_("after the invitation ended"),
        N_("to tell whom it was sent to"),
    ),
    "link": Kept(
        N_("Links that work once (a digest only)"),
        7,
        N_("after they ended"),
        N_("to refuse a link a second time"),
    ),
    "held": Kept(
        N_("Form held while you sign in again, encrypted"),
        1,
        N_("after it was sent, and usable for 30 minutes"),
        N_("so that nothing typed is lost"),
    ),
    "resend": Kept(
        N_("Mark of a form that was sent, without its content"),
        30,
        N_("after it was sent"),
        N_("so that a second press does nothing twice"),
    ),
    "session": Kept(
        N_("Session of a signed-in browser"),
        1,
        N_("after its last use"),
        N_("to keep you signed in"),
    ),
    "device": Kept(
        N_("Device you signed in from (a digest only)"),
        400,
        N_("after it was last used"),
        N_("to tell you when somebody signs in from a new one"),
    ),
    "notice": Kept(
        N_("Note that a mail went out, without its text"),
        30,
        N_("after it was settled"),
        N_("to find out why a mail did not come"),
    ),
    "job": Kept(
        N_("Note of a long computation"),
        90,
        N_("after it ended"),
        N_("to find out why it failed"),
    ),
}

COLUMNS: dict[str, str] = {
    "user_account.email": "account",
    "webauthn.name": "account",
    "municipality.name": "municipality",
    "municipality.local_name": "municipality",
    "municipality.former_names": "municipality",
    "municipality.region": "municipality",
    "municipality.official_code": "municipality",
    "municipality.contact_role": "municipality",
    "municipality.contact_email": "municipality",
    "municipality.contact_phone": "municipality",
    "need.title": "need",
    "need.description": "need",
    "need.return_note": "need",
    "need.veto_names": "need",
    "need.veto_countries": "need",
    "need.wish_names": "need",
    "need.line_en": "need",
    "need.tell_partners": "need",
    "carrier.veto_names": "need",
    "need_impact.sentence": "need",
    "offer.title": "need",
    "offer.description": "need",
    "offer.return_note": "need",
    "offer.veto_names": "need",
    "offer.veto_countries": "need",
    "offer.wish_names": "need",
    "offer_area.region": "need",
    "offer_delivery.region": "need",
    "engagement.plan": "engagement",
    "engagement.political_contact": "engagement",
    "plan_version.text": "engagement",
    "milestone.what": "engagement",
    "milestone.done_when": "engagement",
    "closing.handed_over": "engagement",
    "closing.stays": "engagement",
    "closing.may_be_said": "engagement",
    "closing.thanks": "engagement",
    "closing.last_word": "engagement",
    "follow_up_task.done": "engagement",
    "other_actor.name": "need",
    "other_actor.region": "need",
    "other_actor.source": "need",
    "precondition_answer.source": "need",
    "precondition_answer.text": "need",
    "precondition_review.reason": "engagement",
    "risk_answer.text": "engagement",
    "risk_answer.heeded_text": "engagement",
    "match_impact.sentence": "impact",
    "impact_reason.text": "impact",
    "message.text": "message",
    "application.question": "application",
    "application.answer": "application",
    "application.rejection_text": "application",
    "application.appeal": "application",
    "application.appeal_answer": "application",
    "evidence.source": "application",
    "evidence.code": "application",
    "evidence.number": "application",
    "evidence.answered_by": "application",
    "evidence.note": "application",
    "identity_change.name": "application",
    "identity_change.local_name": "application",
    "identity_change.region": "application",
    "identity_change.official_code": "application",
    "identity_change.contact_email": "application",
    "identity_change.contact_phone": "application",
    "identity_change.reason": "application",
    "identity_change.answer": "application",
    "rights_flag.source": "application",
    "rights_flag.lift_reason": "application",
    "audit_text.text": "reason",
    "membership.label": "membership",
    "invitation.address": "invitation",
    "letter.url": "invitation",
    "outbox.link": "notice",
    "need_entry.code": "read_back",
    "receipt.code": "receipt",
    "sign_in_session.device": "session",
}
"""Columns that hold what a person typed or is known by -> the kind that says how long.

What stands in one of "need" about an area and no need goes as "area" says."""

PLATFORM = {
    "association.name",
    "conflict_area.region",
    "conflict_area.source",
    "key_check.secret",
    "partner_organisation.name",
    "partnership.source",
    "round.snapshot",
    "round.title",
    "scenario.name",
}
"""Columns with text about no person and no asking town: kept while the platform runs. The input of
a round is sealed; it holds codes and figures under ids, no name and no words."""

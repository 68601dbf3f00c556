"""Every page of the product with one who may read it, and why some endpoints are no page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A page as somebody opens it: endpoint, reader, the row it is about, more of its address.

    `step` is the second part of the address where there is one, or the name of a second row.
    """

    endpoint: str
    reader: str | None = None
    thing: str | None = None
    language: str = "en"
    step: str | None = None
    query: str = ""

    def __str__(self) -> str:
        """Name the case in the list of tests."""
        words = [self.endpoint, self.step, self.thing, self.query, self.reader or "anybody"]
        return "-".join(word for word in (*words, self.language) if word)


START = [
    Page("pages.start"),
    Page("pages.start", language="ar"),
    Page("pages.figures"),
    Page("pages.figures", language="ar"),
    Page("pages.paper"),
    Page("pages.paper", language="ar"),
    Page("pages.privacy"),
    Page("pages.privacy", language="ar"),
    Page("pages.accessibility"),
    Page("pages.terms"),
    Page("pages.terms", language="ar"),
    Page("demonstration.mails"),
    Page("demonstration.mails", language="ar"),
    Page("receipts.where"),
    Page("receipts.where", language="ar"),
    Page("pages.home", "requester"),
    Page("pages.home", "helper"),
    Page("pages.home", "coordinator"),
    Page("pages.home", "administrator"),
    Page("pages.home", "requester", language="ar"),
]
ACCOUNT = [
    Page("security.login"),
    Page("security.login", language="ar"),
    Page("security.register"),
    Page("security.forgot_password"),
    Page("security.send_confirmation"),
    Page("security.reset_password", thing="reset_token"),
    Page("security.change_password", "requester"),
    Page("security.two_factor_setup", "requester"),
    Page("accounts.again", "requester"),
    Page("accounts.again", "requester", language="ar"),
    Page("accounts.show", "requester"),
    Page("accounts.sessions", "requester"),
    Page("accounts.sessions", "requester", language="ar"),
    Page("security.mf_recovery_codes", "requester"),
    Page("personal.data", "requester"),
    Page("personal.data", "requester", language="ar"),
    Page("personal.delete_account", "requester"),
    Page("personal.delete_account", "requester", language="ar"),
    Page("personal.delete_town", "requester", "home_town"),
    Page("security.wan_register", "requester"),
    Page("accounts.confirm", thing="confirm_token"),
    Page("accounts.invitation", thing="invitation_token"),
    Page("accounts.second_factor", "coordinator"),
]
NEED_STEPS = ["category", "activity", "about", "levels", "time", "setting", "visibility"]
NEEDS = [
    Page("needs.index", "requester"),
    Page("needs.index", "coordinator"),
    Page("needs.index", "coordinator", query="?category=dialogue"),
    Page("needs.index", "requester", language="ar"),
    Page("needs.new", "requester"),
    *[Page("needs.edit", "requester", "draft_need", step=step) for step in NEED_STEPS],
    Page("needs.edit", "requester", "draft_need", step="about", language="ar"),
    Page("needs.check", "requester", "draft_need"),
    Page("needs.show", "requester", "draft_need"),
    Page("needs.show", "requester", "returned_need"),
    Page("needs.show", "requester", "arabic_need", language="ar"),
    Page("needs.show", "coordinator", "submitted_need"),
    Page("needs.show", "coordinator", "arabic_need"),
    Page("needs.return_", "coordinator", "submitted_need"),
    Page("needs.withdraw", "requester", "submitted_need"),
    Page("needs.receipt", "requester", "submitted_need"),
    Page("needs.enter", "coordinator", "home_town"),
    Page("needs.enter", "coordinator", "home_town", language="ar"),
    Page("needs.code", "coordinator", "written_need"),
    Page("needs.code", "coordinator", "written_need", language="ar"),
    Page("needs.sheet", "coordinator", "written_need", query="?language=en"),
    Page("needs.sheet", "coordinator", "written_need", query="?language=ar", language="ar"),
    Page("needs.read_back", "coordinator", "heard_need"),
    Page("needs.show", "coordinator", "written_need"),
    Page("needs.show", "coordinator", "heard_need"),
    Page("needs.show", "requester", "heard_need"),
]
OFFER_STEPS = ["category", "activities", "experience", "about", "levels", "time", "setting"]
OFFER_STEPS += ["knowledge", "partners", "mandate"]
OFFERS = [
    Page("offers.index", "helper"),
    Page("offers.index", "coordinator"),
    Page("offers.index", "helper", language="ar"),
    Page("offers.new", "helper"),
    *[Page("offers.edit", "helper", "draft_offer", step=step) for step in OFFER_STEPS],
    Page("offers.check", "helper", "draft_offer"),
    Page("offers.show", "helper", "returned_offer"),
    Page("offers.show", "helper", "arabic_offer", language="ar"),
    Page("offers.show", "coordinator", "submitted_offer"),
    Page("offers.return_", "coordinator", "submitted_offer"),
    Page("offers.withdraw", "helper", "submitted_offer"),
    Page("offers.receipt", "helper", "submitted_offer"),
]
MUNICIPALITIES = [
    Page("municipalities.index", "coordinator"),
    Page("municipalities.index", "coordinator", language="ar"),
    Page("municipalities.show", "requester", "home_town"),
    Page("municipalities.show", "coordinator", "registered_town"),
    Page("municipalities.edit", "requester", "home_town"),
    Page("municipalities.suspend", "coordinator", "home_town"),
    Page("municipalities.restore", "coordinator", "suspended_town"),
    Page("municipalities.tie_new", "coordinator", "home_town"),
    Page("municipalities.areas", "coordinator"),
    Page("municipalities.area", "coordinator", "area"),
    Page("municipalities.area_close", "coordinator", "area"),
    Page("municipalities.area_new", "coordinator"),
    Page("municipalities.register", "newcomer"),
]
CHECKING = ("register", "call", "vouch", "rights", "question", "reject", "confirm")
APPLICATIONS = [
    Page("verification.index", "coordinator"),
    Page("verification.index", "coordinator", language="ar"),
    Page("verification.of", "coordinator", "registered_town"),
    Page("verification.show", "coordinator", "application"),
    Page("verification.show", "coordinator", "application", language="ar"),
    *[Page(f"verification.{view}", "coordinator", "application") for view in CHECKING],
    Page("verification.confirm", "coordinator", "checked_application"),
    Page("verification.show", "coordinator", "appealed_application"),
    Page("verification.decide", "coordinator", "appealed_application"),
    Page("verification.show", "doubted_applicant", "doubted_application"),
    Page("verification.show", "doubted_applicant", "doubted_application", language="ar"),
    Page("verification.answer", "doubted_applicant", "doubted_application"),
    Page("verification.show", "rejected_applicant", "rejected_application"),
    Page("verification.appeal", "rejected_applicant", "rejected_application"),
    Page("verification.propose", "coordinator", "home_town"),
    Page("verification.change", "coordinator", "renaming"),
    Page("verification.change", "coordinator", "renaming", language="ar"),
    Page("verification.change_confirm", "coordinator", "renaming"),
    Page("verification.change_refuse", "coordinator", "renaming"),
    Page("verification.flags", "coordinator", "flagged_town"),
    Page("verification.lift", "coordinator", "flag"),
]
ROUNDS = [
    Page("rounds.index", "coordinator"),
    Page("rounds.new", "coordinator"),
    Page("rounds.show", "coordinator", "open_round"),
    Page("rounds.show", "coordinator", "frozen_round"),
    Page("rounds.show", "coordinator", "solving_round"),
    Page("rounds.show", "coordinator", "clashing_round"),
    Page("rounds.show", "coordinator", "clashing_round", language="ar"),
    Page("rounds.show", "coordinator", "reviewed_round"),
    Page("rounds.show", "coordinator", "answered_round"),
    Page("rounds.show", "coordinator", "answered_round", language="ar"),
    Page("rounds.settings", "coordinator", "open_round"),
    Page("rounds.settings", "coordinator", "open_round", language="ar"),
    Page("rounds.unmatched", "coordinator", "answered_round", step="lonely_need"),
    Page("proposals.show", "coordinator", "proposed"),
    Page("proposals.show", "coordinator", "proposed", language="ar"),
    Page("proposals.show", "coordinator", "engaged"),
    Page("proposals.across", "coordinator"),
    Page("proposals.reject", "coordinator", "proposed"),
    Page("proposals.undo", "coordinator", "offered"),
    Page("proposals.answer", "helper", "offered"),
    Page("proposals.answer", "helper", "offered", language="ar"),
    Page("proposals.answer", "requester", "helper_accepted"),
    Page("proposals.accept_subject_to_council", "helper", "offered"),
    Page("proposals.decline_as_helper", "helper", "offered"),
    Page("proposals.decline_as_requester", "requester", "helper_accepted"),
    Page("engagements.index", "requester"),
    Page("engagements.show", "helper", "engagement"),
    Page("engagements.end", "coordinator", "engagement"),
    Page("engagements.complete", "helper", "engagement"),
    Page("engagements.complete", "requester", "engagement", language="ar"),
]
PEOPLE = [
    Page("memberships.index", "requester"),
    Page("memberships.index", "requester", language="ar"),
    Page("memberships.index", "coordinator"),
    Page("memberships.label", "requester"),
    Page("memberships.invite", "requester"),
    Page("memberships.leave", "requester"),
    Page("memberships.suspend", "requester", "colleague"),
    Page("memberships.restore", "requester", "suspended_colleague"),
    Page("memberships.end", "requester", "colleague"),
    Page("memberships.hand_over", "requester", "colleague"),
    Page("memberships.invitation", thing="people_token"),
    Page("memberships.invitation_password", thing="people_token"),
    Page("memberships.without_anybody", "coordinator"),
    Page("memberships.of_town", "coordinator", "home_town"),
]
ADMIN = [
    Page("admin.associations", "administrator"),
    Page("admin.association_new", "administrator"),
    Page("admin.association_scope", "administrator", "association"),
    Page("admin.audit", "administrator"),
    Page("admin.check", "administrator"),
    Page("admin.memberships", "administrator"),
    Page("admin.users", "administrator"),
    Page("admin.users", "administrator", language="ar"),
    Page("admin.user_close", "administrator", "account"),
    Page("admin.user_reopen", "administrator", "account"),
    Page("admin.taxonomy", "administrator"),
    Page("admin.texts", "administrator"),
    Page("admin.text", "administrator", step="privacy-uk"),
    Page("admin.membership_suspend", "administrator", "membership"),
    Page("admin.membership_restore", "administrator", "suspended_membership"),
    Page("admin.membership_end", "administrator", "membership"),
]
MESSAGES = [
    Page("messages.index", "helper"),
    Page("messages.index", "coordinator"),
    Page("messages.index", "requester", language="ar"),
    Page("messages.proposal", "helper", "offered"),
    Page("messages.proposal", "helper", "offered", language="ar"),
    Page("messages.proposal", "coordinator", "helper_accepted"),
    Page("messages.proposal", "requester", "helper_accepted"),
    Page("messages.engagement", "requester", "engagement"),
    Page("messages.mail", "helper"),
    Page("messages.mail", "helper", language="ar"),
    Page("messages.stop", thing="stop_token"),
]
PAGES = START + ACCOUNT + NEEDS + OFFERS + MUNICIPALITIES + APPLICATIONS + ROUNDS + PEOPLE + ADMIN
PAGES += MESSAGES

NO_PAGE = {
    "static": "files",
    "health.alive": "for machines, see tests/admin/test_health.py",
    "health.ready": "for machines, see tests/admin/test_health.py",
    "pages.blank": "shows nothing, see tests/pages/test_leaving.py",
    "messages.proposal_date": "a file",
    "messages.engagement_date": "a file",
    "needs.resume": "leads to the page where the draft was left",
    "offers.resume": "leads to the page where the draft was left",
    "accounts.step": "only while a step waits, see tests/web/test_step_up.py",
    "security.verify": "leads to accounts.again",
    "security.confirm_email": "leads to accounts.confirm",
    "security.two_factor_rescue": "always 404: not offered",
    "security.tf_select": "only between password and second factor, see tests/accounts",
    "security.wan_signin": "only between password and key, see tests/journeys/test_security_key.py",
    "security.wan_verify": "leads to accounts.again",
    "municipalities.register_details": "opened by a choice made in municipalities.register",
    "security.wan_delete": "leads to security.wan_register",
    "security.mf_recovery": "only between password and code, see tests/accounts",
    "security.two_factor_token_validation": "only between password and code, see tests/accounts",
}
"""Endpoints that answer GET and are not in the list, with the reason."""

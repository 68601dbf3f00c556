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
    Page("security.verify", "requester"),
    Page("accounts.show", "requester"),
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
]
KHARKIV = "?role=requester&country=UA&text=Kharkiv"
MUNICIPALITIES = [
    Page("municipalities.index", "coordinator"),
    Page("municipalities.index", "coordinator", language="ar"),
    Page("municipalities.show", "requester", "home_town"),
    Page("municipalities.show", "coordinator", "registered_town"),
    Page("municipalities.edit", "requester", "home_town"),
    Page("municipalities.verify", "coordinator", "registered_town"),
    Page("municipalities.suspend", "coordinator", "home_town"),
    Page("municipalities.restore", "coordinator", "suspended_town"),
    Page("municipalities.tie_new", "coordinator", "home_town"),
    Page("municipalities.areas", "coordinator"),
    Page("municipalities.area", "coordinator", "area"),
    Page("municipalities.area_new", "coordinator"),
    Page("municipalities.register", "newcomer"),
    Page("municipalities.register", "newcomer", query=KHARKIV),
    Page("municipalities.register_details", "newcomer", query=KHARKIV),
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
]
ADMIN = [
    Page("admin.audit", "administrator"),
    Page("admin.check", "administrator"),
    Page("admin.memberships", "administrator"),
    Page("admin.membership_suspend", "administrator", "membership"),
    Page("admin.membership_restore", "administrator", "suspended_membership"),
    Page("admin.membership_end", "administrator", "membership"),
]
PAGES = START + ACCOUNT + NEEDS + OFFERS + MUNICIPALITIES + ROUNDS + ADMIN

NO_PAGE = {
    "static": "files",
    "needs.resume": "leads to the page where the draft was left",
    "offers.resume": "leads to the page where the draft was left",
    "security.confirm_email": "leads to accounts.confirm",
    "security.two_factor_rescue": "always 404: not offered",
    "security.tf_select": "of the library, with one method there is nothing to select",
    "security.two_factor_token_validation": "only between password and code, see tests/accounts",
}
"""Endpoints that answer GET and are not in the list, with the reason."""

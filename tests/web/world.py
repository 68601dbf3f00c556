"""One row of every kind with its owner, and every route of the app with its addresses."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select

from matchmaker.memberships.handing_over import offer as offer_charge
from matchmaker.memberships.invitations import invite
from matchmaker.models import (
    Alert,
    AnnexConsent,
    Base,
    Carrier,
    ConflictArea,
    Engagement,
    Hint,
    Invitation,
    OtherActor,
    PreconditionReview,
    RightsFlag,
    RiskAnswer,
    RiskQuestion,
    Scenario,
    now,
    place_key,
)
from matchmaker.verification.identity import propose_change
from matchmaker.vocabulary import Role
from tests.factories import (
    actor_of,
    make_administrator,
    make_application,
    make_association,
    make_coordinator,
    make_helper,
    make_municipality,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
    make_round,
    make_user,
)

LIBRARY = {
    "security.change_password",
    "security.confirm_email",
    "security.forgot_password",
    "security.login",
    "security.logout",
    "security.mf_recovery",
    "security.mf_recovery_codes",
    "security.register",
    "security.reset_password",
    "security.send_confirmation",
    "security.tf_select",
    "security.two_factor_rescue",
    "security.two_factor_setup",
    "security.two_factor_setup_validate",
    "security.two_factor_token_validation",
    "security.verify",
    "security.wan_delete",
    "security.wan_register",
    "security.wan_register_response",
    "security.wan_signin",
    "security.wan_signin_response",
    "security.wan_verify",
    "security.wan_verify_response",
}
"""The sign-in library's views, which know no permission of ours."""

ANYBODY = {
    "accounts.confirm",
    "accounts.invitation",
    "councils.directory",
    "demonstration.mails",
    "health.alive",
    "health.ready",
    "memberships.invitation",
    "memberships.invitation_password",
    "pages.accessibility",
    "messages.stop",
    "pages.blank",
    "pages.privacy",
    "pages.terms",
    "pages.language",
    "pages.leave",
    "pages.figures",
    "pages.paper",
    "pages.start",
    "pages.theme",
    "pages.themes",
    "pulses.by_link",
    "receipts.where",
}
"""Our views that answer people who are not signed in."""

OTHER_PARTS = {
    "task_id": "0" * 32,
    "token": "no-such-token",
    "step": "kind",
    "group": "env",
    "filename": "css/tandem.css",
    "question": "violence",
}
"""Values for the parts of addresses that name no row."""

PAPERS = ("councils.paper", "councils.paper_pdf", "councils.paper_text", "councils.ask_to_name")
"""Views of the room of councils that are about a match."""


@dataclass
class World:
    """Rows with their owners, and people of other places."""

    rows: dict
    owners: dict
    others: dict

    def address(self, rule):
        """Return the address of a route, about the row it is for."""
        values = {name: OTHER_PARTS.get(name) for name in rule.arguments}
        if "public_id" in rule.arguments:
            values["public_id"] = self.row_of(rule.endpoint).public_id
        if "need_id" in rule.arguments:
            values["need_id"] = self.rows["needs"].public_id
        if "offer_id" in rule.arguments:
            values["offer_id"] = self.rows["offers"].public_id
        if "scenario_id" in rule.arguments:
            values["scenario_id"] = self.rows["scenario"].public_id
        missing = [name for name, value in values.items() if value is None]
        assert not missing, f"{rule}: say in OTHER_PARTS what stands for {missing}"
        return rule.build(values, append_unknown=False)[1]

    def row_of(self, endpoint):
        """Return the row that a route is about: by its endpoint, else by its room."""
        return self.rows.get(endpoint) or self.rows[endpoint.split(".")[0]]


def make_world(session) -> World:
    """Make a row of every kind, and people who own them and who do not."""
    town = make_municipality(session, contact_email="office@town.example")
    city = make_municipality(session, country="NL", region="Utrecht", languages=["nl"])
    asker, helper = make_requester(session, town, position="lead"), make_helper(session, city)
    colleague = make_requester(session, town)
    invite(session, actor_of(asker), "office@new.example", Role.HELPER)
    handed_over = offer_charge(session, actor_of(asker), colleague, giver_stays=True)
    coordinator = make_coordinator(session)
    administrator = make_administrator(session, coordinator.association)
    need, offer = make_need(session, asker), make_offer(session, helper)
    draft, draft_offer = (
        make_need(session, asker, status="draft"),
        make_offer(session, helper, status="draft"),
    )
    round_ = make_round(session, coordinator)
    proposal = make_proposal(
        session,
        round_,
        need,
        offer,
        status="offered",
        approved_at=now(),
        offered_at=now(),
        answer_by=now(),
    )
    engagement = Engagement(
        proposal_id=make_proposal(
            session,
            round_,
            make_need(session, asker),
            make_offer(session, helper),
            status="engaged",
            offered_at=now(),
            helper_accepted_at=now(),
        ).id
    )
    risk = RiskQuestion(
        engagement=engagement,
        question="match.fairness",
        light="amber",
        months=3,
        due_on=now().date(),
    )
    worse = RiskAnswer(
        asked=risk,
        side="requester",
        state="worse",
        user_id=asker.user_id,
        membership_id=asker.id,
    )
    area = ConflictArea(
        level="country",
        country="UA",
        place_key=place_key("UA"),
        phase="actual",
        presence="restricted",
    )
    session.add_all([engagement, area])
    session.flush()
    review = PreconditionReview(engagement_id=engagement.id, question="violence")
    session.add(review)
    other = OtherActor(
        name="Bridge builders",
        kind="ngo",
        country="UA",
        topics=["env.water"],
        source="s",
        by_id=coordinator.user_id,
    )
    session.add(other)
    session.add_all([risk, worse])
    waiting = make_municipality(session, status="registered")
    application = make_application(session, waiting, make_requester(session, waiting))
    flag = RightsFlag(municipality_id=town.id, source="s", raised_by_id=make_user(session).id)
    session.add(flag)
    hint = Hint(
        round_id=round_.id,
        municipality_id=city.id,
        side="helper",
        told=[],
        created_by_id=coordinator.user_id,
    )
    session.add(hint)
    carrier = Carrier(
        need_id=make_need(session, carriers_wanted=True).id,
        municipality_id=town.id,
        asked_by_id=coordinator.user_id,
    )
    urgent = make_need(session, category="lobby", activity="lobby.rights", urgent=True)
    alert = Alert(need_id=urgent.id, municipality_id=city.id)
    session.add_all([carrier, alert])
    renaming = propose_change(
        session, actor_of(make_coordinator(session)), town, {"name": "Another"}, "Decision."
    )
    scenario = Scenario(round_id=round_.id, name="Plain", created_by_id=coordinator.user_id)
    scenario.pairs, scenario.base_digest = [], "0" * 64
    session.add(scenario)
    naming = AnnexConsent(proposal_id=proposal.id)
    session.add(naming)
    far = make_association(session, scope=["ZZ"])
    world = World(
        rows={
            "municipalities": town,
            "municipalities.area": area,
            "municipalities.area_close": area,
            "needs": need,
            "needs.enter": town,
            "cases": need,
            "cases.offered": proposal,
            "cases.carrying": carrier,
            "cases.alert": alert,
            "cases.answer_alert": alert,
            "cases.join": carrier,
            "cases.leave": carrier,
            "personal": town,
            "needs.edit": draft,
            "needs.check": draft,
            "needs.resume": draft,
            "offers": offer,
            "offers.edit": draft_offer,
            "offers.check": draft_offer,
            "offers.resume": draft_offer,
            "councils": naming,
            **dict.fromkeys(PAPERS, proposal),
            "councils.champion_of_offer": offer,
            "councils.confirm_offer": offer,
            "councils.champion_of_need": need,
            "councils.confirm_need": need,
            "rounds": round_,
            "overview": round_,
            "prices": round_,
            "scenarios": round_,
            "scenario": scenario,
            "signing": round_,
            "proposals": proposal,
            "papers": proposal,
            "impact": proposal,
            "risks": risk,
            "risks.heed": worse,
            "files": round_,
            "why": round_,
            "wishes": round_,
            "hints": round_,
            "hints.show": hint,
            "hints.seen": hint,
            "why.sure": proposal,
            "why.of_need": need,
            "why.of_offer": offer,
            "engagements": engagement,
            "pulses": engagement,
            "engagements.going_on_": review,
            "preconditions": need,
            "others": need,
            "others.close": other,
            "preconditions.of_area": area,
            "preconditions.answer_for_area": area,
            "messages": proposal,
            "messages.engagement": engagement,
            "messages.engagement_read": engagement,
            "messages.engagement_date": engagement,
            "admin": asker,
            "admin.association_scope": coordinator.association,
            "admin.user_close": asker.user,
            "admin.user_reopen": asker.user,
            "memberships": colleague,
            "memberships.of_town": town,
            "memberships.withdraw_invitation": session.scalars(select(Invitation)).one(),
            "memberships.hand_over_confirm": handed_over,
            "memberships.hand_over_decline": handed_over,
            "memberships.hand_over_withdraw": handed_over,
            "verification": application,
            "verification.of": town,
            "verification.begin": town,
            "verification.flags": town,
            "verification.propose": city,
            "verification.change": renaming,
            "verification.change_contact": renaming,
            "verification.change_confirm": renaming,
            "verification.change_refuse": renaming,
            "verification.change_withdraw": renaming,
            "verification.lift": flag,
        },
        owners={
            "asker": asker,
            "helper": helper,
            "coordinator": coordinator,
            "administrator": administrator,
        },
        others={
            "asker elsewhere": make_requester(session),
            "helper elsewhere": make_helper(session),
            "coordinator elsewhere": make_coordinator(session, far),
            "person without a membership": make_user(session),
        },
    )
    session.commit()
    return world


def routes(app, method, *, library=False):
    """Return the routes that take a method, the static files left out."""
    found = [rule for rule in app.url_map.iter_rules() if method in rule.methods]
    return [
        rule
        for rule in sorted(found, key=str)
        if rule.endpoint != "static" and (library or rule.endpoint not in LIBRARY)
    ]


AUDIT = {"audit_event", "audit_head"}
"""Where a coordinator's opening of a page is written down; no rows of the domain."""


def _tables():
    """Return the tables of the domain; the list of open sessions notes each use on the hour."""
    return [one for one in Base.metadata.sorted_tables if one.name != "sign_in_session"]


def digest_of(session, *, but=frozenset()):
    """Return a digest of every table but those named, so that a change anywhere shows."""
    session.rollback()
    total = hashlib.sha256()
    for table in _tables():
        if table.name in but:
            continue
        rows = sorted(repr(tuple(row)) for row in session.execute(select(table)))
        total.update(f"{table.name}{rows}".encode())
    session.rollback()
    return total.hexdigest()


def contents_of(session):
    """Return table -> primary key -> row, to see what changed."""
    session.rollback()
    found = {}
    for table in _tables():
        keys = [column.name for column in table.primary_key]
        for row in session.execute(select(table)).mappings():
            found[table.name, tuple(row[key] for key in keys)] = dict(row)
    session.rollback()
    return found

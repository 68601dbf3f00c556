"""One small world that holds a row for every page: who is there, and what each page shows."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from flask import current_app
from flask_security.confirmable import generate_confirmation_token
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import select

from matchmaker.accounts.links import FIRST_PASSWORD, issue_link
from matchmaker.cases.joining import ask_to_carry
from matchmaker.councils.consent import answer as answer_naming
from matchmaker.councils.consent import ask as ask_to_name
from matchmaker.engagements import plan_service as plans
from matchmaker.engagements import service as engagements
from matchmaker.engagements.closing import Said, say_at_the_end
from matchmaker.mail.notices import stop_token
from matchmaker.matching.clashes import InfeasibleRound, told
from matchmaker.matching.settings import GroupLimit
from matchmaker.memberships.invitations import invite
from matchmaker.messages import service as messages
from matchmaker.models import (
    ConflictArea,
    FollowUpTask,
    MandateStep,
    NeedEntry,
    NeedImpact,
    Proposal,
    Publication,
    RiskQuestion,
    User,
    now,
)
from matchmaker.models.area import place_key
from matchmaker.models.municipality import Partnership
from matchmaker.needs import on_behalf
from matchmaker.needs.alerting import alerts_of, raise_alarm
from matchmaker.proposals import service as proposals
from matchmaker.pulses import service as pulses
from matchmaker.receipts.service import give_receipt
from matchmaker.rounds import service as rounds
from matchmaker.rounds.floor_steps import add_floor
from matchmaker.rounds.floors import Floor
from matchmaker.rounds.settings import RoundSettings
from matchmaker.safeguards.precondition_service import ask_again
from matchmaker.safeguards.risk_service import answer_risk
from matchmaker.verification import evidence
from matchmaker.verification import service as verification
from matchmaker.verification.identity import propose_change
from matchmaker.verification.rights import raise_flag
from matchmaker.vocabulary import (
    AnnexStatus,
    CallResult,
    OverrideReason,
    RejectionReason,
    Role,
    Side,
    TaskKind,
    VisitPlace,
)
from matchmaker.workbench import scenario_service as scenarios
from matchmaker.workbench.passing_on import pass_on
from matchmaker.workbench.scenario_work import Asked
from tests import factories
from tests.factories import actor_of, make_municipality, make_need, make_offer, make_user
from tests.journeys.people import password_hash, with_password

UKRAINIAN = {"title": "Ремонт водогону", "description": "Старі труби.", "text_language": "uk"}
ARABIC = {"title": "إصلاح شبكة المياه", "description": "أنابيب قديمة.", "text_language": "ar"}
ROLES = ("requester", "helper", "coordinator", "administrator")


@dataclass
class World:
    """Members by role, and the values that page addresses are built from."""

    members: dict[str, Any] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)
    things: dict[str, str] = field(default_factory=dict)


def make_world(session) -> World:
    """Make people of every role and a row for every page."""
    world = World()
    for role in ROLES:
        member = with_password(getattr(factories, f"make_{role}")(session))
        world.members[role], world.emails[role] = member, member.user.email
    world.emails["newcomer"] = make_user(session, password=password_hash()).email
    session.flush()
    _publication(session)
    for make in (_members, _places, _rounds, _needs, _offers, _one_time_links):
        world.things |= make(session, world.members)
    world.things |= _applications(session, world)
    return world


def _publication(session) -> None:
    """Make the figures of this week as a larger site would have them."""
    areas = {"world": 25, "continent:EU": 15, "country:UA": 10, "size:1": 10, "size:2": 5}
    figures = {"all": areas, "project": {"world": 15}, "env": {"world": 10, "country:UA": 5}}
    today = now().date()
    session.add(
        Publication(
            published_on=today,
            as_of=today - timedelta(days=7),
            figures={
                "asked": figures,
                "offered": {"all": {"world": 5}},
                "working": {"env": {"world": 5}},
            },
        )
    )


def _members(session, members) -> dict[str, str]:
    """Make a membership to suspend and one that is suspended."""
    rows = {
        "membership": factories.make_helper(session),
        "suspended_membership": factories.make_helper(session, status="suspended"),
        "association": members["coordinator"].association,
    } | _people(session, members["requester"])
    rows["account"] = rows["membership"].user
    return {name: row.public_id for name, row in rows.items()}


def _people(session, head) -> dict[str, Any]:
    """Put the asking official in charge, with a second role and colleagues."""
    town = head.municipality
    head.position, head.label = "lead", "Mayor’s office"
    factories.make_helper(session, town, user=head.user)
    return {
        "colleague": factories.make_helper(session, town, label="International office"),
        "deputy": factories.make_requester(session, town, position="deputy"),
        "suspended_colleague": factories.make_requester(session, town, status="suspended"),
    }


def _places(session, members) -> dict[str, str]:
    """Make municipalities in each status, a tie and a conflict area."""
    home = members["requester"].municipality
    home.local_name, home.contact_email = "Місто", "office@example.test"
    area = make_area(session, "UA")
    tie = {"a_id": home.id, "b_id": members["helper"].municipality_id, "kind": "twinning"}
    session.add(Partnership(**tie, since=1998, topics=["env.water"], source="Their agreement"))
    towns = {
        name: make_municipality(session, status=status)
        for name, status in (("registered_town", "registered"), ("suspended_town", "suspended"))
    }
    rows = {"home_town": home, "helping_town": members["helper"].municipality, "area": area}
    return {name: row.public_id for name, row in (rows | towns).items()}


def _applications(session, world) -> dict[str, str]:
    """Make an application with everything a coordinator reads, and some that came back."""
    coordinator, second = world.members["coordinator"], factories.make_coordinator(session)
    town = make_municipality(session, name="Khаrkiv", status="registered", contact_email="a@i.ua")
    full = factories.make_application(session, town, cautions=["looks_like_listed", "free_mail"])
    factories.give_evidence(session, full, second)
    factories.answer_rights(session, full, coordinator)
    call = evidence.Call("+380 44 1234567", "List", now().date(), "Clerk", CallResult.CONFIRMED)
    evidence.record_call(session, actor_of(second), full, call)
    checked = factories.make_application(session)
    factories.give_evidence(session, checked, second)
    factories.answer_rights(session, checked, coordinator, second)
    verification.confirm_application(session, actor_of(second), checked, "Called.")
    rows = {"application": full, "checked_application": checked}
    for status in ("doubted", "rejected", "appealed"):
        rows[f"{status}_application"] = application = factories.make_application(session)
        if status == "doubted":
            verification.ask_applicant(session, actor_of(second), application, "Хто ви?")
        else:
            verification.reject_application(
                session, actor_of(second), application, RejectionReason.OTHER, "Не знайдено."
            )
        if status == "appealed":
            verification.appeal_rejection(session, actor_of(second), application, "نحن هنا.")
        else:
            applicant = session.get(User, application.applicant_id)
            applicant.password = password_hash()
            world.emails[f"{status}_applicant"] = applicant.email
    flagged = make_municipality(session)
    rows |= {"flagged_town": flagged, "flag": raise_flag(session, actor_of(second), flagged, "UN")}
    renamed = {"name": "Khаrkiv Misto", "kind": "temporary", "sides": ["north"]}
    rows["renaming"] = propose_change(session, actor_of(second), flagged, renamed, "Рішення ради.")
    session.flush()
    return {name: row.public_id for name, row in rows.items()}


def make_area(session, country: str, presence: str = "possible") -> ConflictArea:
    """Make a country in conflict where somebody has confirmed who can go there."""
    area = ConflictArea(
        level="country",
        country=country,
        place_key=place_key(country),
        phase="actual",
        presence=presence,
        confirmed_at=now(),
        valid_until=(now() + timedelta(days=3650)).date(),
        source="Their own word",
    )
    session.add(area)
    session.flush()
    return area


def _rounds(session, members) -> dict[str, str]:
    """Make a round at each stage and a proposal at each answer."""
    actor = actor_of(members["coordinator"])
    asking, helping = (members[name].municipality.name for name in ("requester", "helper"))
    for text in (UKRAINIAN, ARABIC, UKRAINIAN, {}):
        make_need(session, members["requester"], **text)
        make_offer(session, members["helper"], wish_names=[asking], **text)
    lobby = {"category": "lobby", "activity": "lobby.rights"}
    lonely = make_need(session, members["requester"], wish_names=[helping], **lobby)
    answered = factories.make_round(session, members["coordinator"])
    rounds.run_round(session, actor, answered)
    rounds.publish_round(session, actor, answered, timedelta(0))
    query = select(Proposal).where(Proposal.round_id == answered.id).order_by(Proposal.id)
    proposed, *signed = session.scalars(query)
    engagement = _answer(session, members, signed)
    _talk(session, members, signed, engagement)
    more = _follow_up(session, members, engagement)
    things = {"answered_round": answered, "proposed": proposed, "lonely_need": lonely}
    things |= {"engagement": engagement, "any_offer": proposed.offer}
    things["review"] = ask_again(session, actor, engagement)
    things["naming"] = _naming(session, members, signed[1])
    things["hint"] = pass_on(session, actor, answered, lonely, proposed.offer, ["category"])
    things |= dict(zip(("offered", "helper_accepted", "engaged"), signed, strict=True))
    things["risk"], things["worse"] = _risks(session, members, proposed, engagement)
    ids = {name: row.public_id for name, row in things.items()}
    return ids | more | _waiting_rounds(session, members, actor)


def _naming(session, members, accepted):
    """Have the consent to be named to one council asked and given."""
    named = ask_to_name(session, actor_of(members["helper"]), accepted)
    answer_naming(session, actor_of(members["requester"]), named, AnnexStatus.GIVEN)
    return named


def _risks(session, members, proposed, engagement):
    """Paint a check red, let the questions of the work be due, and one have become worse."""
    coordinator = members["coordinator"].user_id
    factories.answer_check(session, proposed, coordinator, fairness="red", evenness="amber")
    said = {"question": "need.calm", "light": "amber", "sentence": "Два села сперечаються."}
    session.add(NeedImpact(need_id=proposed.need_id, **said))
    rows = session.scalars(select(RiskQuestion).order_by(RiskQuestion.due_on)).all()
    rows[0].due_on = now().date()
    session.flush()
    asker = actor_of(members["requester"])
    worse = answer_risk(session, asker, rows[0], "worse", "Скарги щодня.")
    return rows[0], worse


def _answer(session, members, signed):
    """Bring one proposal to each stage of its answers; return the engagement of the last."""
    offered, accepted, engaged = signed
    factories.answer_check(session, engaged, members["coordinator"].user_id, fairness="amber")
    second = factories.coordinator_of(session, offered.round)
    for proposal in (offered, accepted, engaged):
        for member in (members["coordinator"], second):
            if proposal.status == "proposed":
                proposals.sign_proposal(session, actor_of(member), proposal)
    for proposal in (accepted, engaged):
        proposals.accept_as_helper(session, actor_of(members["helper"]), proposal)
    engagement = proposals.accept_as_requester(session, actor_of(members["requester"]), engaged)
    engagements.start_engagement(session, actor_of(members["requester"]), engagement)
    return engagement


def _follow_up(session, members, engagement) -> dict[str, str]:
    """Write the plan, what came of it, a pulse with a worrying answer, and words for the end."""
    helper, asker = actor_of(members["helper"]), actor_of(members["requester"])
    today = now().date()
    for writer, text in ((helper, "First the pumps."), (asker, "Спочатку насоси, потім труби.")):
        plans.write_plan(session, writer, engagement, text, "Заступник міського голови")
    for what in ("Два насоси працюють", "The pipes are mapped"):
        plans.set_milestone(session, asker, engagement, plans.Step(what, today, "Обидві сторони"))
    plans.add_visit(session, helper, engagement, (today, today), 2, VisitPlace.ELSEWHERE)
    plans.add_days(session, helper, engagement, today, 12)
    said = Said(handed_over="Плани насосів", last_word="شكرا لكم", is_shared=True)
    say_at_the_end(session, asker, engagement, said)
    pulse = pulses.ask(session, actor_of(members["coordinator"]), engagement, 30, now())
    token = issue_link(
        session,
        members["requester"].user_id,
        pulses.purpose_of(pulse, Side.REQUESTER),
        pulse.answer_by,
    )
    pulses.open_task(session, helper, engagement, TaskKind.OUT_OF_TOUCH, Side.HELPER)
    task = session.scalars(select(FollowUpTask)).one()
    return {"pulse_token": token, "task": task.public_id}


def _talk(session, members, signed, engagement) -> None:
    """Write a question, an answer and a message in each language."""
    helper, asker = actor_of(members["helper"]), actor_of(members["requester"])
    coordinator = actor_of(members["coordinator"])
    words = ("Скільки кілометрів труб?", "Twelve, most of them old.", "كم عدد المدارس؟")
    for proposal in signed[:2]:
        messages.write_about_proposal(session, helper, proposal, words[0])
        messages.write_about_proposal(session, coordinator, proposal, words[1], Side.HELPER)
    messages.write_about_proposal(session, asker, signed[1], words[2])
    for writer, text in zip((helper, asker), words, strict=False):
        messages.write_in_engagement(session, writer, engagement, text)


def _waiting_rounds(session, members, actor) -> dict[str, str]:
    """Make an open, a frozen, a solving and a reviewed round, each with a need and an offer."""
    found = {"open_round": factories.make_round(session, members["coordinator"])}
    asking, helping = (members[name].municipality.name for name in ("requester", "helper"))
    for name in ("frozen_round", "bounded_round", "solving_round", "reviewed_round"):
        make_need(session, members["requester"], wish_names=[helping])
        make_offer(session, members["helper"], wish_names=[asking])
        found[name] = factories.make_round(session, members["coordinator"])
        rounds.freeze_round(session, actor, found[name])
    for floor in (
        Floor("at_least", "needs", "need_country:UA", 1),
        Floor("at_most", "pairs", "offer_country:NL", 3),
        Floor("even", "needs", "need_category:project", 1, "need_country:UA"),
    ):
        add_floor(session, actor, found["bounded_round"], floor, None)
    rounds.start_solving(session, actor, found["solving_round"])
    reviewed = found["reviewed_round"]
    rounds.start_solving(session, actor, reviewed)
    rounds.record_solved(session, actor, reviewed, rounds.solve(reviewed))
    found["tried"] = scenarios.create_scenario(session, actor, reviewed, "Інакше")
    asked = Asked("serve", reviewed.pairs[0][0])
    why = (OverrideReason.FAIRNESS, "Так справедливо.")
    scenarios.adjust(session, actor, reviewed, found["tried"], asked, *why)
    found["clashing_round"] = _clashing_round(session, members, actor)
    return {name: row.public_id for name, row in found.items()}


def _clashing_round(session, members, actor):
    """Make a round in which one offer is locked to a need, and seven more must be served."""
    needs = [make_need(session, members["requester"], **UKRAINIAN) for _ in range(6)]
    needs += [make_need(session, members["requester"], **text) for text in (ARABIC, {})]
    offer = make_offer(session, members["helper"], **ARABIC)
    round_ = factories.make_round(session, members["coordinator"])
    locked, *others = [need.public_id for need in needs]
    matching = replace(
        RoundSettings().matching,
        locked=((locked, offer.public_id),),
        must_serve=tuple(others),
        rules=(GroupLimit(needs=tuple(others), count="needs", at_least=7, name="Seven"),),
    )
    rounds.change_settings(session, actor, round_, RoundSettings(matching=matching))
    rounds.freeze_round(session, actor, round_)
    rounds.start_solving(session, actor, round_)
    try:
        rounds.solve(round_)
    except InfeasibleRound as error:
        rounds.fail_solving(session, actor, round_, {"code": "infeasible", **told(error, None)})
    return round_


def _needs(session, members) -> dict[str, str]:
    """Make needs in each state a page treats on its own, in three languages."""
    requester = members["requester"]
    rows = {
        "draft_need": make_need(session, requester, status="draft", step=7, **ARABIC),
        "submitted_need": make_need(session, requester, status="submitted", **UKRAINIAN),
        "returned_need": make_need(
            session, requester, status="returned", return_note="Скільки кілометрів?", **UKRAINIAN
        ),
        "arabic_need": make_need(session, requester, urgent=True, hidden=True, **ARABIC),
        "written_need": _written_need(session, requester, members["coordinator"]),
        "heard_need": _written_need(session, requester, factories.make_coordinator(session)),
    }
    give_receipt(session, actor_of(requester), rows["submitted_need"])
    lobby = {"category": "lobby", "activity": "lobby.protection", "urgent": True}
    rows["urgent_need"] = make_need(session, requester, status="submitted", **lobby, **UKRAINIAN)
    rows["urgent_need"].tell_partners = [members["helper"].municipality.public_id]
    raise_alarm(session, actor_of(requester), rows["urgent_need"])
    rows["alert"] = alerts_of(session, rows["urgent_need"])[-1]
    rows["carrier"] = ask_to_carry(
        session,
        actor_of(members["coordinator"]),
        make_need(session, carriers_wanted=True, **UKRAINIAN),
        requester.municipality,
    )
    return {name: row.public_id for name, row in rows.items()}


def _written_need(session, requester, coordinator):
    """Make a need that a coordinator wrote down and the town has not confirmed."""
    need = make_need(
        session, requester, status="submitted", verified_at=None, confirmed=False, **UKRAINIAN
    )
    need.entry = NeedEntry(channel="phone", entered_by_id=coordinator.user_id)
    on_behalf.give_code(session, actor_of(coordinator), need)
    return need


def _offers(session, members) -> dict[str, str]:
    """Make offers in each state a page treats on its own."""
    helper = members["helper"]
    rows = {
        "draft_offer": make_offer(session, helper, status="draft", step=10, **ARABIC),
        "submitted_offer": make_offer(session, helper, status="submitted", **UKRAINIAN),
        "returned_offer": make_offer(
            session, helper, status="returned", return_note="Скільки днів?", **UKRAINIAN
        ),
        "arabic_offer": make_offer(session, helper, status="paused", **ARABIC),
        "conditional_offer": _conditional_offer(session, helper),
    }
    return {name: row.public_id for name, row in rows.items()}


def _conditional_offer(session, helper):
    """Make an offer half way to its decision."""
    offer = make_offer(session, helper, status="verified", mandate="conditional", **UKRAINIAN)
    offer.mandate_chance, today = 0.7, now().date()
    steps = [
        MandateStep(offer_id=offer.id, stage="executive", agreed=True, decided_on=today),
        MandateStep(offer_id=offer.id, stage="council", planned_on=today + timedelta(days=30)),
    ]
    session.add_all(steps)
    return offer


def _one_time_links(session, members) -> dict[str, str]:
    """Make the links that mails carry."""
    person = make_user(session, confirmed_at=None)
    with current_app.test_request_context():
        return {
            "confirm_token": generate_confirmation_token(person),
            "reset_token": generate_reset_password_token(person),
            "stop_token": stop_token(person.public_id),
            "invitation_token": issue_link(session, person, FIRST_PASSWORD),
            "people_token": invite(
                session, actor_of(members["requester"]), "n@e.test", Role.HELPER
            ),
        }

"""What councils decide and who stands for it, in the demonstration; all invented."""

from datetime import timedelta

from sqlalchemy import select

from matchmaker.councils.consent import answer, ask
from matchmaker.councils.leadership import confirm, name_champion
from matchmaker.demonstration import content
from matchmaker.demonstration.rows import Loaded
from matchmaker.models import MandateStep, Offer, Proposal
from matchmaker.offers.drafts import StepDraft
from matchmaker.offers.mandate_steps import record_step_of_match
from matchmaker.vocabulary import AnnexStatus, Champion, Mandate, ProposalStatus, Stage

DECIDED_AGO, VOTE_IN = timedelta(days=30), timedelta(days=20)


def prepare(loaded: Loaded) -> None:
    """Write down readiness, publicity and champions of the rows that are there by now."""
    for row in content.table("councils"):
        rows = loaded.offers if row["kind"] == "offer" else loaded.needs
        thing = rows.get(row["key"])
        if thing is None or thing.champion is not None:
            continue
        if isinstance(thing, Offer):
            thing.staffed = True if row["staffed"] == "yes" else None
            thing.motives = content.listed(row["motives"])
            thing.publicity = row["publicity"] or None
        else:
            thing.no_publicity = row["publicity"] == "refused"
        if row["champion"]:
            town = thing.municipality_id
            owner = loaded.owner(next(k for k, t in loaded.towns.items() if t.id == town))
            name_champion(loaded.session, owner, thing, Champion(row["champion"]))
            if row["confirmed"] == "yes":
                confirm(loaded.session, owner, thing)
    loaded.session.flush()


def decide(loaded: Loaded) -> None:
    """Give each offer the stages that its mandate follows from."""
    for offer in loaded.offers.values():
        if offer.mandate == Mandate.ADOPTED:
            day = loaded.today - DECIDED_AGO
            loaded.session.add(_step(offer, Stage.COUNCIL, agreed=True, decided_on=day))
        elif offer.mandate == Mandate.CONDITIONAL:
            day = loaded.today - DECIDED_AGO
            loaded.session.add(_step(offer, Stage.EXECUTIVE, agreed=True, decided_on=day))
            vote = loaded.today + VOTE_IN
            loaded.session.add(_step(offer, Stage.COUNCIL, planned_on=vote))
    loaded.session.flush()


def ask_the_other_side(loaded: Loaded) -> None:
    """Have a council on its way to a vote, one annex asked for and one agreed to."""
    members = {loaded.towns[key].id: actor for key, actor in loaded.members.items()}
    for status in (ProposalStatus.SUBJECT_TO_COUNCIL, ProposalStatus.HELPER_ACCEPTED):
        found = select(Proposal).where(Proposal.status == status.value).order_by(Proposal.id)
        proposal = loaded.session.scalars(found).first()
        if proposal is None:
            continue
        helper = members[proposal.offer.municipality_id]
        asker = members.get(proposal.need.municipality_id)
        consent = ask(loaded.session, helper, proposal)
        if status == ProposalStatus.SUBJECT_TO_COUNCIL:
            draft = StepDraft(planned_on=loaded.today + VOTE_IN)
            record_step_of_match(loaded.session, helper, proposal, Stage.COUNCIL, draft)
        elif asker is not None:
            answer(loaded.session, asker, consent, AnnexStatus.GIVEN)


def _step(offer: Offer, stage: Stage, **more: object) -> MandateStep:
    return MandateStep(offer_id=offer.id, stage=stage.value, **more)

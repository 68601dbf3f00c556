"""What both sides wrote in the work that has begun, and a pulse that waits for an answer."""

from datetime import timedelta

from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.engagements import plan_service as plans
from matchmaker.engagements.closing import allow_reference
from matchmaker.models import Engagement, now
from matchmaker.pulses import service as pulses
from matchmaker.vocabulary import Alive, InTouch, Safe, Useful, VisitPlace

FIRST_DRAFT = "Calls every second week. Our engineers look at the plans of the network first."
PLAN = (
    "Дзвінок раз на два тижні. Спершу інженери дивляться на схему мережі, потім разом обираємо "
    "дві ділянки. Щомісяця переглядаємо, чи можна працювати далі."
)
CONTACT = "Заступник голови громади з питань послуг"
MILESTONES = (
    ("Схему мережі передано", timedelta(days=14), "Обидві сторони мають ту саму схему"),
    ("Two stretches of pipe chosen", timedelta(days=45), "Written down in the plan"),
)
"""What, how long from now, and by what both sides see that it is done."""


def tell_work(
    session: Session, asking: Actor, helping: Actor, coordinator: Actor, engagement: Engagement
) -> None:
    """Write the plan twice over, set milestones, plan a meeting, enter days, ask how it goes."""
    today = now().date()
    plans.write_plan(session, helping, engagement, FIRST_DRAFT)
    plans.write_plan(session, asking, engagement, PLAN, CONTACT)
    for what, ahead, done_when in MILESTONES:
        step = plans.Step(what, today + ahead, done_when)
        plans.set_milestone(session, asking, engagement, step)
    meeting = (today + timedelta(days=30), today + timedelta(days=32))
    plans.add_visit(session, helping, engagement, meeting, 3, VisitPlace.ELSEWHERE)
    plans.add_days(session, helping, engagement, today, 4)
    plans.add_days(session, asking, engagement, today, 6)
    allow_reference(session, helping, engagement, True)
    # The story is days old, not thirty: asked all the same, so that there is a pulse to answer.
    pulse = pulses.ask(session, coordinator, engagement, 30, now())
    lost = pulses.Said(Alive.YES, Useful.TOO_EARLY, Safe.YES, InTouch.NO)
    pulses.answer(session, helping, pulse, lost, now(), by_link=False)

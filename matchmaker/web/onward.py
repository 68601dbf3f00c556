"""Where a need or an offer goes on once it is matched: links to what the reader may see of it."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.access import Actor, Permission, allowed
from matchmaker.models import Engagement, Proposal


def onward_from(
    session: Session, actor: Actor, proposals: Sequence[Proposal]
) -> list[dict[str, str]]:
    """Return text and address of the next page for each proposal, in the order of the proposals."""
    query = select(Engagement).where(Engagement.proposal_id.in_([row.id for row in proposals]))
    begun = {row.proposal_id: row for row in session.scalars(query)}
    links = [_onward(actor, row, begun.get(row.id)) for row in proposals]
    return [link for link in links if link]


def _onward(
    actor: Actor, proposal: Proposal, engagement: Engagement | None
) -> dict[str, str] | None:
    if engagement is not None and allowed(Permission.SEE_ENGAGEMENT, actor, engagement):
        href = url_for("engagements.show", public_id=engagement.public_id)
        return {"text": gettext("See what was agreed, and how it goes on"), "href": href}
    if allowed(Permission.SEE_ANSWER_PAGE, actor, proposal):
        href = url_for("proposals.answer", public_id=proposal.public_id)
        return {"text": gettext("See the match that was found"), "href": href}
    if allowed(Permission.SEE_PROPOSAL, actor, proposal):
        href = url_for("proposals.show", public_id=proposal.public_id)
        return {"text": gettext("See the proposed match"), "href": href}
    return None

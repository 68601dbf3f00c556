"""Who took what out of the site: each file is a row of the audit trail."""

from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.audit import record
from matchmaker.models import Proposal, Round


def note_dossier(
    session: Session, actor: Actor, proposal: Proposal, language: str, audience: str
) -> None:
    """Write down that somebody printed the dossier of a match, and for whom."""
    details = {"language": language, "audience": audience}
    record(session, actor, "proposal.dossier_printed", "proposal", proposal.public_id, details)


def note_report(session: Session, actor: Actor, round_: Round, language: str) -> None:
    """Write down that somebody printed the report of a round."""
    details = {"language": language, "result_digest": round_.result_digest}
    record(session, actor, "round.report_printed", "round", round_.public_id, details)


def note_table(
    session: Session, actor: Actor, round_: Round, table: str, form: str, n_rows: int
) -> None:
    """Write down that somebody took a table of a round."""
    details = {"table": table, "form": form, "rows": n_rows}
    record(session, actor, "round.table_exported", "round", round_.public_id, details)

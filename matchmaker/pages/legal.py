"""Privacy, accessibility and terms: the built-in words, or those that the administrator set."""

from flask import render_template
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission
from matchmaker.extensions import db
from matchmaker.models.legal import legal_text, paragraphs
from matchmaker.pages.themes import blueprint
from matchmaker.retention import KINDS
from matchmaker.vocabulary import LegalKind
from matchmaker.web import choices
from matchmaker.web.guard import guard


@blueprint.get("/privacy")
@guard(Permission.SEE_PUBLIC_PAGE)
def privacy() -> ResponseReturnValue:
    """Say what is held, who sees it, and when it is deleted: the table is that of the code."""
    return _show(LegalKind.PRIVACY)


@blueprint.get("/accessibility")
@guard(Permission.SEE_PUBLIC_PAGE)
def accessibility() -> ResponseReturnValue:
    """Say for whom the site works and what to do where it does not."""
    return _show(LegalKind.ACCESSIBILITY)


@blueprint.get("/terms")
@guard(Permission.SEE_PUBLIC_PAGE)
def terms() -> ResponseReturnValue:
    """Say what everybody who takes part agrees to."""
    return _show(LegalKind.TERMS)


def _show(kind: LegalKind) -> ResponseReturnValue:
    own = legal_text(db.session(), kind.value, choices.language_now())
    return render_template(
        f"pages/{kind.value}.html",
        title=kind.label,
        own=own,
        own_paragraphs=paragraphs(own.text) if own else [],
        kinds=list(KINDS.values()),
    )

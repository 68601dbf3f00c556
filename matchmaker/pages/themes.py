"""A page for each theme: what cities do, with sources, figures where allowed, how to take part."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission
from matchmaker.disclosure import WORLD, Figures
from matchmaker.extensions import db
from matchmaker.pages.public import blueprint
from matchmaker.pages.publishing import latest_publication
from matchmaker.vocabulary import ACTIVITIES, GROUPS, THEMES, TOPICS
from matchmaker.web.guard import guard


@blueprint.get("/themes")
@guard(Permission.SEE_PUBLIC_PAGE)
def themes() -> ResponseReturnValue:
    """List the themes."""
    return render_template("pages/themes.html", themes=THEMES, groups=GROUPS)


@blueprint.get("/themes/<group>")
@guard(Permission.SEE_PUBLIC_PAGE)
def theme(group: str) -> ResponseReturnValue:
    """Say what cities do on a theme; its figures are those that are published anyway."""
    if group not in THEMES:
        abort(404)
    own = THEMES[group]
    publication = latest_publication(db.session())
    published: dict[str, Figures] = publication.figures if publication else {}
    figures = {
        side: published.get(side, {}).get(group, {}).get(WORLD)
        for side in ("asked", "offered", "working")
    }
    return render_template(
        "pages/theme.html",
        theme=own,
        label=GROUPS[group],
        topics=[topic for topic in TOPICS.values() if topic.group == group],
        activities=[ACTIVITIES[code] for code in own.activities],
        figures=figures if any(figures.values()) else None,
        publication=publication,
    )

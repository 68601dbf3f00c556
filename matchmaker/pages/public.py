"""What everybody may read: the printed form."""

from flask import render_template
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission
from matchmaker.pages.figures import blueprint
from matchmaker.vocabulary import ACTIVITIES, GROUPS, TOPICS, Category, Setting
from matchmaker.web.guard import guard


@blueprint.get("/form-on-paper")
@guard(Permission.SEE_PUBLIC_PAGE)
def paper() -> ResponseReturnValue:
    """Show the form for a need as paper: the same questions, with boxes to tick."""
    by_category = {
        category: [row for row in ACTIVITIES.values() if row.category == category]
        for category in Category
    }
    by_group = {
        label: [row for row in TOPICS.values() if row.group == code]
        for code, label in GROUPS.items()
    }
    return render_template(
        "pages/paper.html", activities=by_category, topics=by_group, settings=list(Setting)
    )

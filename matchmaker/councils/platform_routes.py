"""The public page of platforms and peace initiatives."""

from flask import render_template
from flask.typing import ResponseReturnValue

from matchmaker.access import Permission
from matchmaker.councils.paper_routes import blueprint as blueprint
from matchmaker.councils.platforms import KINDS, platforms
from matchmaker.web.guard import guard


@blueprint.get("/platforms")
@guard(Permission.SEE_PUBLIC_PAGE)
def directory() -> ResponseReturnValue:
    """Show each platform with its facts, their sources and when they were looked up."""
    return render_template("councils/platforms.html", platforms=platforms(), kinds=KINDS)

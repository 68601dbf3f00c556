"""A weighty step asks for the second factor once more; what was sent waits, encrypted."""

import time

from flask import abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from matchmaker.access import Permission
from matchmaker.vocabulary import N_
from matchmaker.web.held_post import OWNER_FIELD, keep_fields, kept_fields, owner_token
from matchmaker.web.session_id import new_session_id

PROVED_AT = "fs_paa"
"""Session key, shared with the sign-in library: when the person last proved who they are."""
WAITING = "step_waiting"
"""Session key: what waits to be sent again (token, path, address, permission)."""
CLOCK_TOLERANCE_S = 30
"""How far the clocks of two machines that serve the site may differ."""

STEP_WORDS = {
    Permission.DOWNLOAD_OWN_DATA: N_("Download your data"),
    Permission.DELETE_OWN_ACCOUNT: N_("Delete your account"),
    Permission.DELETE_MUNICIPALITY: N_("Delete a municipality here, or keep it"),
    Permission.VERIFY_MUNICIPALITY: N_("Verify a municipality"),
    Permission.SUSPEND_MUNICIPALITY: N_("Suspend or restore a municipality"),
    Permission.PROPOSE_IDENTITY: N_("Propose a change of a verified municipality"),
    Permission.DECIDE_IDENTITY: N_("Decide on a change of a verified municipality"),
    Permission.MANAGE_RIGHTS_FLAGS: N_("Raise or lift a red flag"),
    Permission.MANAGE_AREAS: N_("Change a conflict area"),
    Permission.MANAGE_TIES: N_("Change a tie between municipalities"),
    Permission.ANSWER_FOR_AREA: N_("Say how a precondition stands in an area"),
    Permission.ANSWER_FOR_NEED: N_("Say how a precondition stands for a need"),
    Permission.DECIDE_GOING_ON: N_("Decide whether the work goes on"),
    Permission.VERIFY_NEED: N_("Verify a need or send it back"),
    Permission.HEAR_READ_BACK: N_("Confirm a need that was read back"),
    Permission.VERIFY_OFFER: N_("Verify an offer or send it back"),
    Permission.SET_ROUND: N_("Change the settings of a round"),
    Permission.PUBLISH_ROUND: N_("Publish, withdraw, close or give up a round"),
    Permission.EXPORT_ROUND: N_("Download a round as a file"),
    Permission.SIGN_PROPOSAL: N_("Approve a proposal"),
    Permission.SIGN_PLAIN: N_("Sign several proposals of a round"),
    Permission.REJECT_PROPOSAL: N_("Reject a proposal"),
    Permission.UNDO_PROPOSAL: N_("Undo an approval"),
    Permission.EXPORT_PROPOSAL: N_("Print the dossier of a match"),
    Permission.OPEN_ANNEX: N_("Open the annex that names the other municipality"),
    Permission.LET_RED_GO_ON: N_("Write why a red match may go on"),
    Permission.EXPORT_AUDIT: N_("Download the audit trail"),
    Permission.MANAGE_MEMBERSHIPS: N_("Change a membership"),
    Permission.MANAGE_USERS: N_("Close or reopen an account"),
    Permission.MANAGE_TAXONOMY: N_("Switch an entry of the lists on or off"),
    Permission.SET_LEGAL_TEXT: N_("Publish a text"),
    Permission.SET_SCOPE: N_("Set the scope of an association"),
    Permission.INVITE_COLLEAGUE: N_("Invite a colleague"),
    Permission.MANAGE_COLLEAGUE: N_("Change a membership"),
    Permission.NAME_DEPUTY: N_("Name a deputy"),
    Permission.HAND_OVER: N_("Hand over"),
    Permission.ANSWER_HAND_OVER: N_("Take charge"),
    Permission.TAKE_OVER: N_("Take charge"),
    Permission.ADD_ROLE: N_("Act in the other role too"),
    Permission.APPOINT: N_("Put somebody in charge"),
}
"""How the page names the step; one that is not listed is "the step you had begun"."""


def proved_lately() -> bool:
    """Tell whether the person gave the second factor (or the password) in the last minutes."""
    proved_at = session.get(PROVED_AT)
    if not isinstance(proved_at, int | float):
        return False
    lifetime = current_app.config["SECURITY_FRESHNESS"].total_seconds()
    return bool(-CLOCK_TOLERANCE_S < time.time() - proved_at < lifetime)


def note_proof() -> None:
    """Remember that the person has just proved who they are, under a new session id."""
    session[PROVED_AT] = time.time()
    new_session_id()


def ask_again(permission: Permission) -> ResponseReturnValue:
    """Keep what was sent, do nothing, and ask; what is no page gets 403."""
    if not _is_page():
        abort(403)
    before = session.get(WAITING, {}).get("token", "")
    session[WAITING] = {
        "token": keep_fields(current_user.id, instead_of=before),
        "path": request.path,
        "address": request.full_path.rstrip("?"),
        "permission": permission.name,
    }
    return redirect(url_for("accounts.again", next=url_for("accounts.step")), 303)


def _is_page() -> bool:
    """Tell whether a page of ours sent the request, and not a script or another program."""
    if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return False
    wanted = request.accept_mimetypes
    return not wanted or 0 < wanted["text/html"] >= wanted["application/json"]


def waiting_step() -> tuple[dict[str, str], MultiDict[str, str]] | None:
    """Return the step that waits in this session with the fields it had brought, if any."""
    waiting = session.get(WAITING)
    if waiting is None:
        return None
    fields = kept_fields(waiting["token"], waiting["path"])
    if fields is None:
        return None
    fields[OWNER_FIELD] = owner_token()
    return waiting, fields


def page_before(path: str) -> str:
    """Return the nearest page above an address, where its button was pressed."""
    adapter = current_app.url_map.bind("")
    while path.count("/") > 1:
        path = path.rpartition("/")[0]
        try:
            adapter.match(path, method="GET")
        except (HTTPException, RequestRedirect):
            continue
        return path
    return url_for("pages.home")

"""Setting up an authenticator app: one key until it is confirmed or given up, however often the
code is wrong; shown as a drawing, a link and letters that need neither script nor another host.
"""

from collections.abc import Callable
from typing import Any

import qrcode
from flask import current_app, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import current_user
from flask_security.proxies import _security

from matchmaker.accounts.forms import AuthenticatorForm, CodeForm
from matchmaker.accounts.wording import WRONG_CODE
from matchmaker.vocabulary import N_
from matchmaker.web.step_up import proved_lately

MARGIN = 4
"""Empty modules around the drawing, as the standard asks."""
PENDING = "tf_totp_secret"
"""Session key, shared with the sign-in library: the key that waits to be confirmed, sealed."""
ANOTHER = "another_key"
"""Field of the button that gives a key up for another one."""
NOTHING_TYPED = N_("Enter the code.")


def pending_key() -> str | None:
    """Return the key that the person who is signed in is setting up, if there is one."""
    if not current_user.is_authenticated or session.get("tf_state") != "validating_profile":
        return None
    secret = session.get(PENDING)
    return str(secret) if secret else None


def authenticator_drawing() -> dict[str, object]:
    """Return the key that is being set up: in groups, as a link, as the path of an SVG."""
    secret = pending_key()
    if secret is None:
        return {}
    totp = _security.totp_factory
    uri = totp.get_totp_uri(current_user.email, secret)
    path, size = qr_path(uri)
    key = totp.get_totp_b32_key(secret)
    groups = [key[start : start + 4] for start in range(0, len(key), 4)]
    return {"qr_path": path, "qr_size": size, "key_uri": uri, "key_groups": groups}


def showing_the_key(view: Callable[[], Any]) -> Callable[[], Any]:
    """Show a key that waits again, to who has proved lately who they are."""

    def set_up() -> ResponseReturnValue:
        if request.method == "GET" and pending_key() and proved_lately():
            return _key_page(CodeForm())
        answer: ResponseReturnValue = view()
        return answer

    return set_up


def keeping_the_key(view: Callable[[str], Any]) -> Callable[[str], Any]:
    """Ask again beside the same key where the code was wrong, and not for another scan."""

    def check(token: str) -> ResponseReturnValue:
        answer: ResponseReturnValue = view(token)
        if request.method != "POST" or pending_key() is None:
            return answer
        # The library leads to the start of the page, with a message of its own: ours stands beside
        # the field.
        session.pop("_flashes", None)
        form = CodeForm()
        message = WRONG_CODE if (form.code.data or "").strip() else NOTHING_TYPED
        form.code.errors = [gettext(message)]
        return _key_page(form), 422

    return check


def _key_page(form: CodeForm) -> str:
    state = {"totp_secret": pending_key(), "method": "authenticator", "phone": None}
    return render_template(
        current_app.config["SECURITY_TWO_FACTOR_SETUP_TEMPLATE"],
        two_factor_setup_form=AuthenticatorForm(),
        two_factor_verify_code_form=form,
        chosen_method="authenticator",
        changing=True,
        state_token=_security.tf_setup_serializer.dumps(state),
        **authenticator_drawing(),
    )


def qr_path(text: str) -> tuple[str, int]:
    """Return the path that draws the text as a QR code, and the length of its side."""
    code = qrcode.QRCode(border=0)
    code.add_data(text)
    code.make(fit=True)
    squares = [
        f"M{column + MARGIN} {row + MARGIN}h1v1h-1z"
        for row, line in enumerate(code.get_matrix())
        for column, dark in enumerate(line)
        if dark
    ]
    return "".join(squares), len(code.get_matrix()) + 2 * MARGIN

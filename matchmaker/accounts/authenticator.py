"""The key of an authenticator app as a drawing that needs neither script nor another host."""

import qrcode
from flask import session
from flask_security import current_user
from flask_security.proxies import _security

MARGIN = 4
"""Empty modules around the drawing, as the standard asks."""


def authenticator_drawing() -> dict[str, object]:
    """Return the QR code of the key that is being set up, as the path of an SVG."""
    secret = session.get("tf_totp_secret")
    if not secret or not current_user.is_authenticated:
        return {}
    uri = _security.totp_factory.get_totp_uri(current_user.email, secret)
    path, size = qr_path(uri)
    return {"qr_path": path, "qr_size": size}


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

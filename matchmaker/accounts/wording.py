"""What the sign-in library says, in our words; translated by our own catalogues."""

from matchmaker.vocabulary import N_

REGISTERED = N_(
    "Thank you. If the address can be used, we have sent a message to it. Open it to go on."
)
RESET_SENT = N_("If there is an account with this address, we have sent a message to it.")
CONFIRMATION_SENT = N_(
    "If there is an account with this address that waits for confirmation, "
    "we have sent a message to it."
)
EXPIRED = N_("This link is no longer valid. Ask for a new one.")
SIGN_IN_FAILED = N_("We could not sign you in with this address and password. Check both.")
WRONG_CODE = N_("This code is not right, or it is too old. Enter the code shown now.")

MESSAGES = {
    "GENERIC_AUTHN_FAILED": (SIGN_IN_FAILED, "error"),
    "GENERIC_RECOVERY": (RESET_SENT, "info"),
    "CONFIRM_REGISTRATION": (REGISTERED, "info"),
    "PASSWORD_RESET_REQUEST": (RESET_SENT, "info"),
    "CONFIRMATION_REQUEST": (CONFIRMATION_SENT, "info"),
    "PASSWORD_RESET_EXPIRED": (EXPIRED, "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (EXPIRED, "error"),
    "CONFIRMATION_EXPIRED": (EXPIRED, "error"),
    "INVALID_CONFIRMATION_TOKEN": (EXPIRED, "error"),
    "EMAIL_CONFIRMED": (N_("Your address is confirmed. You can sign in now."), "success"),
    "UNAUTHENTICATED": (N_("Sign in to see this page."), "info"),
    "UNAUTHORIZED": (N_("This page is not open to you."), "error"),
    "REAUTHENTICATION_REQUIRED": (N_("Enter your password again to go on."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (N_("Thank you. You can go on."), "success"),
    "ANONYMOUS_USER_REQUIRED": (N_("You are signed in already."), "info"),
    "INVALID_REDIRECT": (N_("The page to go to is not on this site."), "error"),
    "EMAIL_NOT_PROVIDED": (N_("Enter your email address."), "error"),
    "INVALID_EMAIL_ADDRESS": (
        N_("Enter an email address in the right form, like name@example.org."),
        "error",
    ),
    "PASSWORD_NOT_PROVIDED": (N_("Enter a password."), "error"),
    "PASSWORD_INVALID_LENGTH": (
        N_("Use at least %(length)s characters, and at most 128."),
        "error",
    ),
    "INVALID_PASSWORD": (N_("This is not your password."), "error"),
    "RETYPE_PASSWORD_MISMATCH": (N_("The two passwords are not the same."), "error"),
    "PASSWORD_IS_THE_SAME": (N_("The new password must differ from the old one."), "error"),
    "PASSWORD_CHANGE": (N_("Your password is changed."), "success"),
    "PASSWORD_RESET_NO_LOGIN": (N_("Your password is changed. Sign in with it now."), "success"),
    "LOGIN": (N_("Sign in to see this page."), "info"),
    "REFRESH": (N_("Enter your password again to go on."), "info"),
    "INVALID_CODE": (WRONG_CODE, "error"),
    "TWO_FACTOR_INVALID_TOKEN": (WRONG_CODE, "error"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (N_("You are signed in."), "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        N_("Your authenticator app is set up. You need it at each sign-in from now on."),
        "success",
    ),
    "INVALID_RECOVERY_CODE": (
        N_("This recovery code is not right, or it was used before. Each one works once."),
        "error",
    ),
    "WEBAUTHN_EXPIRED": (N_("This took too long. Start again."), "error"),
    "WEBAUTHN_NAME_REQUIRED": (N_("Enter a name for the key."), "error"),
    "WEBAUTHN_NAME_INUSE": (N_("You have a key of this name. Enter another one."), "error"),
    "WEBAUTHN_NAME_NOT_FOUND": (N_("You have no key of this name."), "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (N_("Use letters and digits only."), "error"),
    "WEBAUTHN_CREDENTIAL_DELETED": (N_("The key is removed."), "success"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (
        N_("The key is added. You need it, or another second factor, at each sign-in from now on."),
        "success",
    ),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (N_("This key is added already."), "error"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (N_("This key does not belong to your account."), "error"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (N_("This key does not belong to your account."), "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (N_("This key does not belong to your account."), "error"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (N_("This key does not belong to your account."), "error"),
    "WEBAUTHN_NO_VERIFY": (N_("The key could not be read. Try again."), "error"),
    "NO_RECOVERY_CODES_SETUP": (N_("You have no recovery codes."), "info"),
    "TWO_FACTOR_PERMISSION_DENIED": (N_("Sign in first."), "error"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (N_("This method is not available."), "error"),
    "TWO_FACTOR_DISABLED": (N_("Your authenticator app is no longer asked for."), "success"),
    "TWO_FACTOR_SETUP_EXPIRED": (N_("This took too long. Start again."), "error"),
    "API_ERROR": (N_("This could not be read. Try again."), "error"),
}

SUBJECT = N_("A message from Tandem")
"""One subject for every mail: it tells a reader over the shoulder nothing."""
SUBJECTS = (
    "EMAIL_SUBJECT_REGISTER",
    "EMAIL_SUBJECT_CONFIRM",
    "EMAIL_SUBJECT_PASSWORD_NOTICE",
    "EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE",
    "EMAIL_SUBJECT_PASSWORD_RESET",
)
MAILS = {
    "REGISTER_EMAIL_TEMPLATE": "mail/registered",
    "REGISTER_EMAIL_EXISTING_TEMPLATE": "mail/registered_before",
    "EMAIL_TEMPLATE_CONFIRM": "mail/confirm_address",
    "EMAIL_TEMPLATE_PASSWORD_RESET": "mail/reset_password",
    "EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "mail/password_changed",
    "EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "mail/password_changed",
}


def library_settings() -> dict[str, object]:
    """Return the library's settings for its words and mails."""
    return {
        **{f"SECURITY_MSG_{key}": message for key, message in MESSAGES.items()},
        **{f"SECURITY_{key}": SUBJECT for key in SUBJECTS},
        **{f"SECURITY_{key}": template for key, template in MAILS.items()},
    }

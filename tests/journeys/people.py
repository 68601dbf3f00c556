"""People with a password who sign in through the page."""

from functools import cache

from flask_security import hash_password

from tests.factories import PASSWORD


@cache
def password_hash() -> str:
    """Return the hash of the tests' password, made once; call within an app."""
    return hash_password(PASSWORD)


def with_password(member):
    """Let a member sign in with the tests' password."""
    member.user.password = password_hash()
    return member


def sign_in(page, address: str, email: str, path: str = "/login") -> None:
    """Sign in through the page; ends on the page that follows."""
    page.goto(address + path)
    fill_sign_in(page, email)


def fill_sign_in(page, email: str) -> None:
    """Fill the sign-in page that is shown, and send it."""
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()

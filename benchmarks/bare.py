"""A bare Flask page, behind the same server: what any page of the platform costs at least."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def page() -> str:
    """Answer with a small page."""
    return "<!doctype html><html lang=en><title>Page</title><p>A page.</p></html>"

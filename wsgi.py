"""The entry point for a WSGI server: ``gunicorn wsgi:app``."""

from matchmaker.admin.database import refuse_wrong_key
from matchmaker.app import create_app

app = create_app()
refuse_wrong_key(app)

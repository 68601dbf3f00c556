"""Gunicorn's settings for production: gunicorn -c deploy/gunicorn.conf.py wsgi:app."""

import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WORKERS", "3"))
threads = 4
worker_class = "gthread"
# A round is solved in a process of its own, so no request takes long.
timeout = 60
graceful_timeout = 30
# Old workers make room for new ones, at different times.
max_requests = 2000
max_requests_jitter = 200
# No access log here: addresses of people who ask for help are not kept. Errors go to the journal.
accesslog = None
errorlog = "-"

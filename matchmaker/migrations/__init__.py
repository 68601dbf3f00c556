"""Alembic migrations, each with a tested downgrade."""

"""The rows: SQLAlchemy only, one table family per file."""

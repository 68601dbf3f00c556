"""Registering, verifying and describing municipalities and conflict areas."""

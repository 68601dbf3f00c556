"""Accepted matches and their follow-up."""

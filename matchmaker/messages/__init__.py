"""Conversations about matches, what waits to be read, and how often mail says so."""

"""Signing in, memberships, language and time zone."""

"""Proposed pairs: signatures, answers of both sides."""

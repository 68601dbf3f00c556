"""Matching exercises: freeze a snapshot, solve, record proposals."""

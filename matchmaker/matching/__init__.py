"""Matching: from a snapshot to proposed pairs, proven and explained; pure numpy and scipy."""

"""Receipts: a code on paper that tells where something stands, and neither what nor who."""

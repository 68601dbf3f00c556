"""Measures of speed and memory; nothing of the product imports them."""

"""The case of a municipality that asks: presenting it, what else it can do, and whom to call."""

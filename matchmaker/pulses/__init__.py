"""Short questions to both sides while they work together, and what follows from the answers."""

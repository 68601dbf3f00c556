"""What municipalities in conflict areas ask for."""

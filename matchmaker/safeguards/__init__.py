"""Do no harm: preconditions, impact on peace and conflict, even-handedness, who else works there."""

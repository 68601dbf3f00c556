"""Do no harm: preconditions, impact on the conflict, even-handedness, who else works there."""

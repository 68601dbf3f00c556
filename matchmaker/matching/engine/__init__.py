"""The solver behind `assign`: instances of integers, routes, proofs, prices and clashes."""

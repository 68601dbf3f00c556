"""Applications to take part: evidence, two coordinators, rejection and appeal, red flags."""

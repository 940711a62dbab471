"""Pure rules: what may happen and what it means. No I/O, clock, randomness or logging below this package."""

"""Whole programs that a cold process runs: what a user writes with each framework."""

"""Derivatives of formulas: rules, deltas that are solved, and how they are written."""

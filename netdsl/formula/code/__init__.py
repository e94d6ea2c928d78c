"""Formulas as programs: ordered steps on whole arrays, written in numpy, C, Julia or Wolfram."""

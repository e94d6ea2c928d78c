"""Measurements: `python -m benchmarks`. Nothing here is a test; nothing is timed in the tests."""

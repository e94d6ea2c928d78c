"""Measure netdsl beside its peers: `python -m benchmarks`."""

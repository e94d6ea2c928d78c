"""Nets made of nets: chains, graphs, their parts."""

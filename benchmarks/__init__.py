"""Measurements of the whole product, run by hand (`make bench-*`, `make kills`)."""

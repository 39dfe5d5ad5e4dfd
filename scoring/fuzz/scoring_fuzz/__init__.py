"""Malformed requests by the million: what no test's author thinks of (docs/decisions/0077)."""

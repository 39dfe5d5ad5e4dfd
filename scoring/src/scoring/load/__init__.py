"""Load for a server, and what it measured."""

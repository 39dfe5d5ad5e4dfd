"""Stands in for the docker-build provider: its only resource here is Image."""

"""Runtimes of container groups: processes, and Docker."""

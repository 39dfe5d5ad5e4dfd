"""Runtimes of container groups: processes, and Docker; `table` chooses."""

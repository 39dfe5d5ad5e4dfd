"""For tests of what talks to a registry: one that runs in a process of its own, and pytest fixtures for it."""

"""For tests of what talks to a registry: registries in a process of their own, and pytest fixtures for them."""

"""Dynamic resources of the components.

Stateless providers in importable modules: Pulumi stores them in the state by reference to module
and class, so these paths are public contract.
"""

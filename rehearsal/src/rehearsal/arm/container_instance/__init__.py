"""Microsoft.ContainerInstance: groups of containers."""

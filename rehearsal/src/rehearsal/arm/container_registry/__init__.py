"""Microsoft.ContainerRegistry: registries, whose content is behind the door `oci`."""

"""The Python program, on mocks of Azure."""

from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "python"
GROUP = "azure-native:containerinstance:ContainerGroup"

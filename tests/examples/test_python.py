"""The Python program, on mocks of Azure."""

import runpy
import sys
from pathlib import Path

import pulumi

EXAMPLE = Path(__file__).parents[2] / "examples" / "python"
GROUP = "azure-native:containerinstance:ContainerGroup"

"""The program: read the stack's settings, declare what they name, export."""

import pulumi

from stacks import composition, configuration

for name, value in composition.deploy(*configuration.load()).items():
    pulumi.export(name, value)

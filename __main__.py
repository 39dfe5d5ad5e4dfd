"""The program: read the stack's settings, deploy its topology, export."""

import pulumi

from stacks import configuration, topologies

for name, value in topologies.deploy(*configuration.load()).items():
    pulumi.export(name, value)

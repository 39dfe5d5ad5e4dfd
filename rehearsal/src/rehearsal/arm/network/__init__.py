"""Microsoft.Network: virtual networks and their subnets."""

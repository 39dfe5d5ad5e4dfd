"""What the rehearsal takes from this machine: Pythons, ports, private files, archives."""

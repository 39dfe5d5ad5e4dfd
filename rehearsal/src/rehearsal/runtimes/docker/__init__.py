"""Container groups as real containers."""

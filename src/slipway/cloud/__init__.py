"""Which Azure this is, and who the caller is there."""

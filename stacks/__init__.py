"""Settings and one composition per topology."""

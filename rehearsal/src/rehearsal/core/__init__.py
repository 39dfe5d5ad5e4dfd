"""Resources by ARM id, and what Azure would say about them."""

"""What the doors share that the engine takes for resource providers."""

"""One file per ARM resource type."""

"""Where records go. Each sink's packages are imported only when it is chosen."""

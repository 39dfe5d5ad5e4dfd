"""The deployment path under the real CLI, measured and killed."""

"""Pure functions from model, entry script and conda file to a build context."""

"""Loaded before any test module."""

# pytest names scoring/tests/x.py "scoring.tests.x" and would make a module `scoring` of the folder, in which the
# package of that name could not be found; the real one has to be there first.
import scoring  # noqa: F401 - only to be loaded, see above

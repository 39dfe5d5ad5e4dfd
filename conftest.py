"""Loaded before any test module."""

# pytest names scoring/tests/x.py "scoring.tests.x" and would make a module `scoring` of the folder, in which the
# package of that name could not be found; the real one has to be there first. So with `rehearsal`.
import rehearsal  # noqa: F401 - only to be loaded, see above
import scoring  # noqa: F401 - as above
from rehearsal.testing.fixtures import azure, oci_door, start_oci_door  # noqa: F401 - fixtures of several suites

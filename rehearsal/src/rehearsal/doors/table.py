"""All doors of the rehearsal: a new one is a folder and a line here."""

from rehearsal.doors.arm_http.door import ARM
from rehearsal.doors.azure_native.door import AZURE_NATIVE
from rehearsal.doors.docker_build.door import DOCKER_BUILD
from rehearsal.doors.kind import Kind
from rehearsal.doors.oci.door import REGISTRIES

DOORS: tuple[Kind, ...] = (ARM, AZURE_NATIVE, DOCKER_BUILD, REGISTRIES)
